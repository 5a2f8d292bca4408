"""Writes the rollouts of TRL's GRPOTrainer as lines that `hone rank` reads.

    from hone_trl import record
    trainer = GRPOTrainer(...)
    record(trainer)
    trainer.train()

Reward functions are TRL's supported hook, but they are not given log-probabilities: those exist only once the batch is
put together. So this hook wraps two methods of the trainer, on this one object: `_calculate_rewards`, which sees the
rewards and the token ids, and `_generate_and_score_completions`, whose result has the log-probabilities. They are there
with vLLM (`sampling_per_token_logps`), or where generation and updates are out of step (`old_per_token_logps`);
elsewhere `mean_logprob` is null, and `hone score --rollouts` adds it afterwards from the text (HONE_ROLLOUT_TEXT=1).

Steps: the update that the completions were sampled for, from 1: TRL's global_step plus 1.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import socket
import sys
import threading
from typing import Any, BinaryIO, Callable, Dict, List, Optional


class _Lines:
    """Appends JSON lines to a file of this process alone, each handed to the system in one piece. Training does not end for want
    of its record: the first thing that goes wrong is told on stderr, and what cannot be written is left out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = -1
        self._file: Optional[BinaryIO] = None
        self._warned = False

    def write(self, rows: Callable[[], List[Dict[str, Any]]]) -> None:
        try:
            lines = [json.dumps(row, allow_nan=False, default=_plain).encode("utf-8") + b"\n" for row in rows()]
            with self._lock:
                for line in lines:
                    self._append(line)
        except Exception as problem:
            self.warn(problem)

    def warn(self, problem: Exception) -> None:
        if not self._warned:
            self._warned = True
            with contextlib.suppress(Exception):
                kind = type(problem).__name__
                sys.stderr.write(f"hone: cannot record rollouts ({kind}: {problem}); training goes on, this is said once\n")

    def _append(self, line: bytes) -> None:
        if self._file is None or self._pid != os.getpid():
            os.makedirs(_FOLDER, exist_ok=True)
            name = f"{socket.gethostname()}-{os.getpid()}.jsonl"
            self._file = open(os.path.join(_FOLDER, name), "ab", buffering=0)
            self._pid = os.getpid()
        before = os.fstat(self._file.fileno()).st_size
        if self._file.write(line) != len(line):
            # Half a line would spoil the next one.
            os.ftruncate(self._file.fileno(), before)
            raise OSError("the disk is full")


_FOLDER = os.environ.get("HONE_ROLLOUTS", "hone_rollouts")
_LINES = _Lines()
_TEXT = os.environ.get("HONE_ROLLOUT_TEXT") == "1"


def record(trainer: Any) -> None:
    """Makes a GRPOTrainer (or RLOOTrainer) record its rollouts. Call it once, before train()."""
    seen: Dict[str, Any] = {}
    calculate = trainer._calculate_rewards
    generate = trainer._generate_and_score_completions

    def calculate_rewards(*args: Any, **kwargs: Any) -> Any:
        rewards = calculate(*args, **kwargs)
        seen.update(arguments=args, rewards=rewards)
        return rewards

    def generate_and_score(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        seen.clear()
        output = generate(inputs, *args, **kwargs)
        _LINES.write(lambda: _lines(trainer, inputs, seen, output) if seen and trainer.model.training else [])
        return output

    trainer._calculate_rewards = calculate_rewards
    trainer._generate_and_score_completions = generate_and_score


def _lines(trainer: Any, inputs: List[Dict[str, Any]], seen: Dict[str, Any], output: Dict[str, Any]) -> List[Dict[str, Any]]:
    _, _, completions, all_ids = seen["arguments"][:4]
    ids: List[List[int]] = [list(row) for row in all_ids]
    # Rewards are gathered from every process, in their order; the rest is this process's part.
    first = int(trainer.accelerator.process_index) * len(inputs)
    rewards = _list(seen["rewards"])[first:first + len(inputs)]
    weights = _list(trainer.reward_weights)
    logprobs = _list(output.get("sampling_per_token_logps"))
    if logprobs is None:
        logprobs = _list(output.get("old_per_token_logps"))
    references = _list(output.get("ref_per_token_logps"))
    ends = {getattr(trainer, "eos_token_id", None), getattr(trainer, "pad_token_id", None)} - {None}
    lines = []
    for i, row in enumerate(inputs):
        line: Dict[str, Any] = {
            "step": int(trainer.state.global_step) + 1,
            "prompt_id": _prompt_id(row),
            "sample": (first + i) % int(trainer.num_generations),
            "reward": _total(rewards[i], weights),
            "rewards": {name: _finite(value) for name, value in zip(trainer.reward_func_names, rewards[i])},
            "mean_logprob": _mean(logprobs, i, len(ids[i])),
            "ref_mean_logprob": _mean(references, i, len(ids[i])),
            "tokens": len(ids[i]),
            "truncated": bool(not ids[i] or ids[i][-1] not in ends) if ends else None,
        }
        if _TEXT:
            line.update(prompt=_text(row["prompt"]), completion=_text(completions[i]), answer=_text(row.get("answer")))
        lines.append(line)
    return lines


def _prompt_id(row: Dict[str, Any]) -> str:
    for column in ("hone_id", "id", "index"):
        if row.get(column) is not None:
            return str(row[column])
    return hashlib.sha256(str(_text(row["prompt"])).encode("utf-8")).hexdigest()[:16]


def _total(rewards: List[float], weights: List[float]) -> Optional[float]:
    """The weighted sum that TRL trains on; a reward function that does not apply counts nothing."""
    known = [weight * value for weight, value in zip(weights, rewards) if _finite(value) is not None]
    return _finite(sum(known)) if known else None


def _mean(rows: Optional[List[List[float]]], i: int, tokens: int) -> Optional[float]:
    # Rows are padded on the right to the longest completion.
    return _finite(sum(rows[i][:tokens]) / tokens) if rows is not None and tokens > 0 else None


def _list(tensor: Any) -> Any:
    return tensor.tolist() if hasattr(tensor, "tolist") else tensor


def _finite(value: Any) -> Optional[float]:
    return None if value is None or not math.isfinite(float(value)) else float(value)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    """What JSON has no form for: numbers and arrays of numpy or torch as lists of numbers, others as they print."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
