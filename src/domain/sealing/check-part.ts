import { limits } from '../../kernel/limits.ts';
import { journalLeafHash } from '../journal/journal-root.ts';
import { MerkleTree } from '../journal/merkle-tree.ts';
import { CheckpointChain } from './checkpoint-chain.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type {
  HistoryFacts,
  HistoryFinding,
  HistoryReport,
  LeafWithEntry,
} from './check-history.ts';
import { judgeKeys } from './key-rotation.ts';
import { isConsistent, rootByInclusion } from './merkle-proof.ts';

/** Checks single entries of a history, each by its proof against one signed checkpoint. */
export class PartCheck {
  readonly #facts: HistoryFacts;
  readonly #findings: HistoryFinding[] = [];
  readonly #chain: CheckpointChain;
  #kept: HistoryFacts['kept'];
  leaves = 0;

  constructor(facts: HistoryFacts) {
    this.#facts = facts;
    this.#kept = facts.kept;
    const { trusted, problems } = judgeKeys(facts.keys, facts.anchors);
    for (const problem of problems) this.#report({ fault: 'key', problem });
    this.#chain = new CheckpointChain(facts.origin, trusted, (one) => this.#report(one));
  }

  /** Takes the checkpoint that the proofs lead to. */
  checkpoint(text: string): void {
    // The tree is not there to compare with: that is what the proofs are for.
    this.#chain.isBroken = true;
    this.#chain.add(text, new MerkleTree(), 0);
  }

  /** Takes an earlier checkpoint, and the proof that history went on from it. */
  earlier(text: string, proof: readonly string[]): void {
    const before = parseCheckpoint(text);
    const now = this.#chain.newest;
    const hashes = proof.map((one) => Buffer.from(one, 'base64'));
    const isProven = before && now && isConsistent(headOf(before), headOf(now), hashes);
    if (!isProven || before.origin !== now.origin) {
      const problem =
        'History was rewritten: it does not go on from the checkpoint of ' +
        `${before?.size ?? 'unknown'} entries.`;
      this.#report({ fault: 'rewritten', problem });
    } else {
      this.#kept = this.#kept.filter((one) => parseCheckpoint(one.text)?.root !== before.root);
    }
  }

  /** Takes an entry and its proof. */
  leaf({ position, seq, hash, entry }: LeafWithEntry, proof: readonly string[] = []): void {
    this.leaves += 1;
    const now = this.#chain.newest;
    const leaf = Buffer.from(hash, 'hex');
    const at = { index: position, size: now?.size ?? 0, hash: leaf };
    const root = rootByInclusion(
      at,
      proof.map((one) => Buffer.from(one, 'base64')),
    );
    if (!entry) {
      this.#report({ fault: 'missing', seq, position, problem: `Entry ${seq} is missing.` });
    } else if (!journalLeafHash(entry).equals(leaf)) {
      this.#report({ fault: 'changed', seq, position, problem: `Entry ${seq} was changed.` });
    } else if (!root || root.toString('hex') !== now?.root) {
      const problem = `Entry ${seq} is not proven to be in the signed history.`;
      this.#report({ fault: 'changed', seq, position, problem });
    }
  }

  /** Ends; tells what was found. */
  finish(): HistoryReport {
    const { newest, count: checkpoints } = this.#chain;
    if (!newest) this.#report({ fault: 'checkpoint', problem: 'No good checkpoint is there.' });
    for (const { from } of this.#kept) {
      const problem = `Nothing here proves that history goes on from the checkpoint of ${from}.`;
      this.#report({ fault: 'rewritten', problem });
    }
    const complete = this.#findings.length < limits.findingsMax;
    const { origin } = this.#facts;
    return {
      origin,
      entries: this.leaves,
      pruned: 0,
      checkpoints,
      unsigned: 0,
      newest,
      findings: this.#findings,
      complete,
    };
  }

  #report(finding: HistoryFinding): void {
    if (this.#findings.length < limits.findingsMax) this.#findings.push(finding);
  }
}

function headOf({ size, root }: { size: number; root: string }): { size: number; root: Buffer } {
  return { size, root: Buffer.from(root, 'hex') };
}
