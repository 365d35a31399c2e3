export { Slider, type SliderOptions } from "./slider/slider.ts";
