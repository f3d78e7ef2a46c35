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
  /** Token answers with the token of before. */
  readonly tokenRepeats: number;
  /** Most quotations in any sliding second, also where no limit is set. */
  readonly maxPerSecond: number;
  /** Strikes of faults, on answers and on the days of their rows. */
  readonly faults: number;
  /** The same by a fault's name; of a fault with a setting, its setting's (`latencyMs`). */
  readonly faultsByName: Readonly<Record<string, number>>;
  /** Sockets open now, and opened in all; 0 without a server. */
  readonly openConnections: number;
  /** TCP connections opened to it. */
  readonly connections: number;
}
