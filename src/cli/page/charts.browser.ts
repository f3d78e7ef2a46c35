// The charting code that pages carry: of echarts what they draw with. Built into one script that sets `echarts`; it
// runs in the browser alone.
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
