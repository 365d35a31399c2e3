import { useLayoutEffect, useRef } from "preact/hooks";
import { Field } from "../shared/browser/field.tsx";
import { SafeHtml } from "../shared/browser/safe-html.tsx";
import { applyStyles } from "../shared/browser/apply-styles.ts";
import { useHeight } from "../shared/browser/use-height.ts";
import { flagProp, type ViewInput } from "../shared/browser/view.ts";
import "./html.css";

/** HTML the server has sanitised. */
export default function HtmlView(view: ViewInput<string>) {
  const { props, payload } = view;
  const box = useRef<HTMLDivElement>(null);
  useHeight(box, props);
  useLayoutEffect(() => applyStyles(box.current), [payload]);
  return (
    <Field view={view}>
      <div class="vt-html" data-part="html" data-padding={flagProp(props, "padding")} ref={box}>
        <SafeHtml html={payload} />
      </div>
    </Field>
  );
}
