/** What a simulator has seen; the numbers move on while it runs. */
export interface SimulatorStats {
  /** Requests that arrived, tokens and refused ones included. */
  readonly requests: number;
  /** The same by TR id, or by path where there is none. */
  readonly byEndpoint: Readonly<Record<string, number>>;
  /** EGW00201 answers to quotations and token calls. */
  readonly refusals: number;
  /** Answers by `msg_cd` or `error_code`; successes as `MCA00000` and the like. */
  readonly byCode: Readonly<Record<string, number>>;
  /** New tokens: each sends a KakaoTalk notice to the owner of the account. */
  readonly tokenIssues: number;
  /** Answers that repeated the token issued before. */
  readonly tokenRepeats: number;
  /** Most quotations in any sliding second, also where no limit is set. */
  readonly maxPerSecond: number;
  /** How often faults struck an answer, or a day's rows. */
  readonly faults: number;
  /** The same by a fault's name; of a fault with a setting, its setting's (`latencyMs`). */
  readonly faultsByName: Readonly<Record<string, number>>;
  /** TCP connections open now; 0 without a server. */
  readonly openConnections: number;
  /** TCP connections opened so far; 0 without a server. */
  readonly connections: number;
}
