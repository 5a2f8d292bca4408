// The JSON of docs/watch.md. Numbers that are not known are null.

export interface RunHead {
  name: string; state: 'running' | 'finished' | 'stale'; format: string; model: string | null;
  /** What went wrong with it in the background. */
  trouble: string | null;
  step: number; steps: number | null; reward: number | null; accuracy: number | null;
  /** Seconds since 1970. */
  changed: number;
}

export interface RunList { folder: string; links_out: number; not_shown: number; runs: RunHead[] }

export interface Checkpoint {
  step: number; score: number | null; low: number | null; high: number | null; probability_best: number | null;
  hard: number; samples: number; train_reward: number | null; truncated: number | null;
}

export interface Diagnosis { id: string; severity: 'serious' | 'warning' | 'note'; message: string; next_step: string }

export interface Ranking {
  method: string; hardest_percent: number; window_steps: number; own_settings: boolean;
  indistinguishable: number[]; nothing_differs: boolean; differences: string | null; diagnoses: Diagnosis[];
  pick: number | null; note: string | null; saved: boolean; rollouts: number; checkpoints: Checkpoint[]; warnings: string[];
}

export interface Evaluation {
  step: number; data_set: string; accuracy: number; low: number | null; high: number | null; prompts: number | null;
}

export interface Rollouts {
  count: number; indexed_bytes: number; bytes: number; bad_lines: number; texts: boolean; problem: string | null; findings: string[];
}

export interface Run extends RunHead {
  /** Of metrics and held-out results. */
  bad_lines: number;
  metrics: { steps_per_point: number; steps: number[]; values: Record<string, (number | null)[]> };
  evals: Evaluation[]; ranking: Ranking | null; rollouts: Rollouts;
}

export interface Sample {
  step: number; prompt_id: string; sample: number | null; reward: number | null; anll: number | null; tokens: number | null;
  truncated: boolean; correct: boolean | null; advantage: number | null; mean_entropy: number | null; min_logprob: number | null;
  prompt: string | null; completion: string | null; answer: string | null; rewards: Record<string, number>;
  prompt_characters?: number; completion_characters?: number;
}

export interface SamplePage { total: number; next: number | null; searched: number | null; rollouts: Rollouts; samples: Sample[] }
