export { Budget } from "./budget.js";
export { CEILING, isNetworkError, isRefused, reachOf } from "./reach.js";
export { type Shard, checkShard, isInShard } from "./shard.js";
export {
  type Answered,
  type FetchOptions,
  type Fetched,
  type Piece,
  PieceRun,
  type Settled,
} from "./piece-run.js";
