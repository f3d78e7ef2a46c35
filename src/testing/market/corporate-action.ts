import { ConfigError, type TradingDay, checkIterable, isTradingDayText } from "../../core/index.js";

/** What a company does to its shares: the price and the number of shares change on one day. */
export interface CorporateAction {
  /** Short code it happens to. */
  readonly symbol: string;
  /** What happens. */
  readonly kind: CorporateActionKind;
  /** First trading day on which the new price holds. */
  readonly effectiveDay: TradingDay;
  /** Shares after for one before: 50 for a 50:1 split, 0.1 for ten into one, 1.5 for a bonus of 50 %. */
  readonly shares: number;
  /** Rights alone: the issue price as a part of the price before. @defaultValue 0.8 */
  readonly issuePart?: number;
  /** First day without trades before {@link effectiveDay}; absent where trading goes on until then. */
  readonly haltedFrom?: TradingDay;
}

/** What a company does to its shares, by kind. */
export type CorporateActionKind = "split" | "reverse-split" | "bonus" | "rights" | "reduction";

/** Price and number of shares of a later day for one of an earlier day. */
export interface Factors {
  /** Price of the later day for one of the earlier. */
  readonly price: number;
  /** Shares of the later day for one of the earlier. */
  readonly shares: number;
}

/** The actions of one symbol. */
export interface ActionHistory {
  readonly actions: readonly CorporateAction[];
  /** What actions effective after `day`, up to and with `until`, make of a price and of a number of shares. */
  between(day: TradingDay, until: TradingDay): Factors;
  /** Whether a halt for an action lies on the day. */
  isHalted(day: TradingDay): boolean;
}

const NONE: Factors = { price: 1, shares: 1 };
const DEFAULT_ISSUE_PART = 0.8;

/** @throws {@link ConfigError} if an action is not as {@link CorporateAction} says. */
export function actionHistories(actions: readonly CorporateAction[]): ReadonlyMap<string, ActionHistory> {
  for (const action of checkIterable(actions, "actions", "an array of corporate actions"))
    checkAction(action);
  const bySymbol = grouped(actions);
  return new Map([...bySymbol].map(([symbol, own]) => [symbol, historyOf(own)]));
}

/** The history of a symbol to which nothing happens. */
export const NO_ACTIONS: ActionHistory = { actions: [], between: () => NONE, isHalted: () => false };

function historyOf(own: readonly CorporateAction[]): ActionHistory {
  const actions = own.toSorted((a, b) => (a.effectiveDay < b.effectiveDay ? -1 : 1));
  return {
    actions,
    between(day, until) {
      let [price, shares] = [1, 1];
      for (const action of actions) {
        if (action.effectiveDay <= day || action.effectiveDay > until) continue;
        price *= priceFactor(action);
        shares *= action.shares;
      }
      return { price, shares };
    },
    isHalted: (day) =>
      actions.some(
        ({ haltedFrom, effectiveDay }) => haltedFrom !== undefined && day >= haltedFrom && day < effectiveDay,
      ),
  };
}

/** Base price of the effective day, divided by the close before it. Only new shares of a rights issue are paid for. */
export function priceFactor({ kind, shares, issuePart = DEFAULT_ISSUE_PART }: CorporateAction): number {
  return kind === "rights" ? (1 + (shares - 1) * issuePart) / shares : 1 / shares;
}

function grouped(actions: readonly CorporateAction[]): Map<string, CorporateAction[]> {
  const groups = new Map<string, CorporateAction[]>();
  for (const action of actions) groups.set(action.symbol, [...(groups.get(action.symbol) ?? []), action]);
  return groups;
}

function checkAction({ kind, effectiveDay, haltedFrom, shares, issuePart = 1 }: CorporateAction): void {
  if (!Object.hasOwn(GROWS, kind)) throw new ConfigError("actions.kind", Object.keys(GROWS).join(", "), kind);
  for (const day of [effectiveDay, haltedFrom ?? effectiveDay]) {
    if (!isTradingDayText(day)) throw new ConfigError("actions", "with days as YYYY-MM-DD", day);
  }
  if (haltedFrom !== undefined && haltedFrom >= effectiveDay)
    throw new ConfigError("actions.haltedFrom", `before ${effectiveDay}`, haltedFrom);
  const grows = GROWS[kind];
  if (!(shares > 0) || shares === 1 || shares > 1 !== grows)
    throw new ConfigError("actions.shares", grows ? "above 1" : "between 0 and 1", shares);
  if (!(issuePart > 0 && issuePart <= 1))
    throw new ConfigError("actions.issuePart", "above 0, at most 1", issuePart);
}

/** Whether an action of a kind increases the number of shares. */
const GROWS: Readonly<Record<CorporateActionKind, boolean>> = {
  split: true,
  "reverse-split": false,
  bonus: true,
  rights: true,
  reduction: false,
};
