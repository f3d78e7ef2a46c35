/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** Why nothing runs it; `undefined` where it is run. */
  readonly notRun: string | undefined;
}
export function blocksOf(text: string): readonly Block[];
export function runReadme(node: string, project: string): Promise<number>;
