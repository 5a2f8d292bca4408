"""Writes slime's rollouts as lines that `hone rank` reads.

slime calls the function of --custom-rollout-log-function-path once for each rollout, with every sample, its reward and
its log-probabilities. Nothing else is needed, so this hook is one function.

Steps: slime counts rollouts from 0, and its checkpoints too; a line's step is that number plus 1.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import socket
import sys
import threading
from typing import Any, BinaryIO, Callable, Dict, Iterator, List, Optional


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


def log_rollouts(rollout_id: int, args: Any, samples: Any, rollout_extra_metrics: Any, rollout_time: float) -> bool:
    """The hook. False lets slime's own logging go on."""
    _LINES.write(lambda: [_line(rollout_id, args, sample) for sample in _flat(samples)])
    return False


def _flat(samples: Any) -> Iterator[Any]:
    for sample in samples:
        if isinstance(sample, (list, tuple)):
            yield from _flat(sample)
        else:
            yield sample


def _line(rollout_id: int, args: Any, sample: Any) -> Dict[str, Any]:
    logprobs = _sampled(sample)
    metadata = sample.metadata if isinstance(sample.metadata, dict) else {}
    index = metadata.get("index", metadata.get("id"))
    reward = sample.get_reward_value(args) if sample.reward is not None else None
    status = getattr(sample.status, "value", sample.status)
    line: Dict[str, Any] = {
        "step": int(rollout_id) + 1,
        "prompt_id": str(sample.group_index if index is None else index),
        "sample": None if sample.index is None else int(sample.index) % int(args.n_samples_per_prompt),
        "reward": _finite(reward),
        "mean_logprob": _finite(sum(logprobs) / len(logprobs)) if logprobs else None,
        "tokens": len(logprobs) if logprobs else int(sample.response_length),
        "truncated": bool(status == "truncated"),
    }
    if _TEXT:
        line.update(prompt=_text(sample.prompt), completion=sample.response, answer=_text(sample.label))
    return line


def _sampled(sample: Any) -> List[float]:
    """Log-probabilities of the tokens that the model sampled: a mask of 0 marks those of tools."""
    logprobs = [] if sample.rollout_log_probs is None else sample.rollout_log_probs
    mask = sample.loss_mask
    if mask is None or len(mask) != len(logprobs) or not any(mask):
        return [float(value) for value in logprobs]
    return [float(value) for value, kept in zip(logprobs, mask) if kept]


def _finite(value: Any) -> Optional[float]:
    return None if value is None or not math.isfinite(float(value)) else float(value)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    """What JSON has no form for: numbers and arrays of numpy or torch as lists of numbers, others as they print."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
