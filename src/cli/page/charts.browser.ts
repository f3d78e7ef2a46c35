// The parts of echarts that pages use. They are built into one script that sets `echarts` and runs in the browser.
import { BarChart, CandlestickChart, HeatmapChart, LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart,
  CandlestickChart,
  HeatmapChart,
  LineChart,
  DataZoomComponent,
  GridComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
]);

export { init } from "echarts/core";
