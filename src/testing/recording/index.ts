export { createRecorder, type Recorder, type RecorderOptions } from "./recorder.js";
export { replay, type Replay } from "./replay.js";
