export { coverage, type Coverage, type CoverageOptions } from "./coverage.js";
export {
  exportParquet,
  type ExportParquetOptions,
  type ExportReport,
  type ExportedFile,
} from "./export-parquet.js";
export { readBars, type ReadBarsOptions } from "./read-bars.js";
export { readKlines, type ReadKlinesOptions } from "./read-klines.js";
export {
  resample,
  type ResampleDayOptions,
  type ResampleMinutesOptions,
  type ResampleOptions,
  type ResampleVenueOptions,
  type ResampledBar,
} from "./resample.js";
