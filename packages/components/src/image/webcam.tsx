import { Camera, X } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/browser/icon.tsx";
import { IconButton } from "../shared/browser/icon-button.tsx";

export interface WebcamSettings {
  readonly isMirrored: boolean;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

interface WebcamProps {
  readonly settings: WebcamSettings;
  readonly onTake: (picture: File) => void;
  readonly onClose: () => void;
}

/** The live picture of a camera, a choice of cameras, and a shutter. */
export function Webcam({ settings, onTake, onClose }: WebcamProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [deviceId, setDeviceId] = useState<string>();
  const { stream, devices, failure } = useCamera(settings, deviceId);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null;
  }, [stream]);
  const take = async (): Promise<void> => {
    const picture = video.current && (await grab(video.current, settings.isMirrored));
    if (picture) onTake(picture);
  };
  return (
    <div class="vt-webcam" data-part="webcam">
      {failure === undefined ? (
        <video
          ref={video}
          class="vt-webcam-video"
          data-mirrored={settings.isMirrored}
          autoplay
          playsInline
          muted
          aria-label="Camera"
        />
      ) : (
        <p class="vt-webcam-failure" role="alert">
          {failure}
        </p>
      )}
      <div class="vt-webcam-tools">
        {devices.length > 1 && (
          <select
            class="vt-input vt-webcam-devices"
            aria-label="Camera to use"
            value={deviceId ?? stream?.getVideoTracks()[0]?.getSettings().deviceId ?? ""}
            onChange={(event) => setDeviceId(event.currentTarget.value)}
          >
            {devices.map((device, index) => (
              <option key={device.deviceId} value={device.deviceId}>
                {device.label || `Camera ${index + 1}`}
              </option>
            ))}
          </select>
        )}
        <button type="button" class="vt-button" data-size="sm" disabled={!stream} onClick={() => void take()}>
          <Icon of={Camera} />
          Take picture
        </button>
        <IconButton icon={X} label="Close the camera" onClick={onClose} />
      </div>
    </div>
  );
}

interface CameraState {
  readonly stream?: MediaStream;
  readonly devices: readonly MediaDeviceInfo[];
  readonly failure?: string;
}

function useCamera({ width, height }: WebcamSettings, deviceId: string | undefined): CameraState {
  const [state, setState] = useState<CameraState>({ devices: [] });
  useEffect(() => {
    let isGone = false;
    let opened: MediaStream | undefined;
    const stop = (): void => opened?.getTracks().forEach((track) => track.stop());
    const open = async (): Promise<void> => {
      try {
        opened = await openCamera({ width, height, deviceId });
        // Names of cameras are told only once one may be used.
        const all = await navigator.mediaDevices.enumerateDevices();
        if (isGone) return stop();
        setState({ stream: opened, devices: all.filter((device) => device.kind === "videoinput") });
      } catch (error) {
        if (!isGone) setState({ devices: [], failure: explain(error) });
      }
    };
    void open();
    return () => {
      isGone = true;
      stop();
    };
  }, [deviceId, width, height]);
  return state;
}

interface CameraWish {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly deviceId: string | undefined;
}

function openCamera({ width, height, deviceId }: CameraWish): Promise<MediaStream> {
  // Browsers give cameras only to secure pages.
  const devices: MediaDevices | undefined = navigator.mediaDevices;
  if (!devices) return Promise.reject(new Error("insecure"));
  return devices.getUserMedia({
    video: {
      ...(width === undefined ? {} : { width: { ideal: width } }),
      ...(height === undefined ? {} : { height: { ideal: height } }),
      ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
    },
  });
}

function explain(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError")
    return "The browser was not allowed to use the camera. Allow it for this page, then try again.";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "No camera was found.";
  if (name === "NotReadableError") return "The camera is in use by another program.";
  return "The camera can be used only on pages opened by https, or on this computer.";
}

async function grab(video: HTMLVideoElement, isMirrored: boolean): Promise<File | undefined> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  if (!context || canvas.width === 0) return undefined;
  if (isMirrored) context.setTransform(-1, 0, 0, 1, canvas.width, 0);
  context.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  return blob ? new File([blob], "webcam.png", { type: "image/png" }) : undefined;
}
