export {
  ACTION_KINDS,
  type CorporateAction,
  type CorporateActionKind,
  corporateActions,
} from "./corporate-actions.js";
export { type InvestorFlow, type NetFlow, investorFlows } from "./investor-flows.js";
