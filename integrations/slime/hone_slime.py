"""Writes slime's rollouts as lines that `hone rank` reads.

slime calls the function of --custom-rollout-log-function-path once for each rollout, with every sample, its reward and
its log-probabilities. Nothing else is needed, so this hook is one function.

Steps: slime counts rollouts from 0, and its checkpoints too; a line's step is that number plus 1.
"""

from __future__ import annotations

import json
import math
import os
import socket
import threading
from typing import Any, BinaryIO, Dict, Iterator, List, Optional


class _Lines:
    """Appends JSON lines to a file of this process alone, each handed to the system in one piece."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = -1
        self._file: Optional[BinaryIO] = None

    def write(self, rows: List[Dict[str, Any]]) -> None:
        with self._lock:
            if self._file is None or self._pid != os.getpid():
                folder = os.environ.get("HONE_ROLLOUTS", "hone_rollouts")
                os.makedirs(folder, exist_ok=True)
                self._pid = os.getpid()
                name = f"{socket.gethostname()}-{self._pid}.jsonl"
                self._file = open(os.path.join(folder, name), "ab", buffering=0)
            for row in rows:
                self._file.write(json.dumps(row, allow_nan=False).encode("utf-8") + b"\n")


_LINES = _Lines()
_TEXT = os.environ.get("HONE_ROLLOUT_TEXT") == "1"


def log_rollouts(rollout_id: int, args: Any, samples: Any, rollout_extra_metrics: Any, rollout_time: float) -> bool:
    """The hook. False lets slime's own logging go on."""
    _LINES.write([_line(rollout_id, args, sample) for sample in _flat(samples)])
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
        "truncated": status == "truncated",
    }
    if _TEXT:
        line.update(prompt=_text(sample.prompt), completion=sample.response, answer=_text(sample.label))
    return line


def _sampled(sample: Any) -> List[float]:
    """Log-probabilities of the tokens that the model sampled: a mask of 0 marks those of tools."""
    logprobs = sample.rollout_log_probs or []
    mask = sample.loss_mask
    if not mask or len(mask) != len(logprobs) or not any(mask):
        return [float(value) for value in logprobs]
    return [float(value) for value, kept in zip(logprobs, mask) if kept]


def _finite(value: Any) -> Optional[float]:
    return None if value is None or not math.isfinite(value) else float(value)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else json.dumps(value)
