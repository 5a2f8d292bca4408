"""Writes verl's rollouts as lines that `hone rank` reads.

A reward function is verl's supported hook for text and score, but it is not given log-probabilities. An agent loop is
given them, and what it puts in extra_fields reaches the reward function in extra_info. So this file has both: the agent
loop is verl's own for one turn, with the mean log-probability added; the reward function calls the real one and writes
the line. It also returns the figures, so that trainer.rollout_data_dir of the legacy trainer has them.

The rewards are those of verl's default_compute_score, or of the function in HONE_REWARD, as path/to/file.py:name.

Steps: the rollout server marks a completion with the number of updates behind its weights; a line's step is that plus
1. Servers that set no mark (verl before 0.8) give no step: no line is written, and the dump above is the way.
Rows whose extra_info.split is not "train" are validation and are left out.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
import os
import socket
import sys
import threading
from typing import Any, BinaryIO, Callable, Dict, List, Optional

from verl.experimental.agent_loop.agent_loop import register
from verl.experimental.agent_loop.single_turn_agent_loop import SingleTurnAgentLoop


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
_REWARD = os.environ.get("HONE_REWARD")
if _REWARD and not all(_REWARD.rpartition(":")):
    raise ImportError(f"HONE_REWARD={_REWARD}: expected path/to/file.py:function")


@register("hone_agent")
class HoneAgentLoop(SingleTurnAgentLoop):
    """verl's loop of one turn; the mean log-probability of the sampled tokens is added to extra_fields."""

    async def run(self, sampling_params: Dict[str, Any], **kwargs: Any) -> Any:
        output = await super().run(sampling_params, **kwargs)
        try:
            logprobs = [] if output.response_logprobs is None else [float(value) for value in output.response_logprobs]
            output.extra_fields["hone_mean_logprob"] = _finite(sum(logprobs) / len(logprobs)) if logprobs else None
            output.extra_fields["hone_tokens"] = len(output.response_ids)
            output.extra_fields["hone_truncated"] = bool(len(output.response_ids) >= self.response_length)
        except Exception as problem:
            _LINES.warn(problem)
        return output


def compute_score(
    data_source: str, solution_str: str, ground_truth: Any, extra_info: Optional[Dict[str, Any]] = None, **kwargs: Any
) -> Dict[str, Any]:
    """The reward function: what the real one says, recorded."""
    result = _reward()(
        data_source=data_source, solution_str=solution_str, ground_truth=ground_truth, extra_info=extra_info, **kwargs
    )
    return _recorded(result, solution_str, ground_truth, extra_info or {})


async def compute_score_async(
    data_source: str, solution_str: str, ground_truth: Any, extra_info: Optional[Dict[str, Any]] = None, **kwargs: Any
) -> Dict[str, Any]:
    """The same for a real one that is a coroutine."""
    result = await _reward()(
        data_source=data_source, solution_str=solution_str, ground_truth=ground_truth, extra_info=extra_info, **kwargs
    )
    return _recorded(result, solution_str, ground_truth, extra_info or {})


def _recorded(result: Any, completion: str, ground_truth: Any, extra: Dict[str, Any]) -> Dict[str, Any]:
    answer: Dict[str, Any] = dict(result) if isinstance(result, dict) else {"score": float(result)}
    _LINES.write(lambda: _lines(answer, completion, ground_truth, extra))
    # Every row returns the same keys, with numbers, since verl averages them over a validation.
    for key in ("hone_mean_logprob", "hone_tokens"):
        answer[key] = math.nan if extra.get(key) is None else extra[key]
    return answer


def _lines(answer: Dict[str, Any], completion: str, ground_truth: Any, extra: Dict[str, Any]) -> List[Dict[str, Any]]:
    behind = extra.get("max_global_steps", extra.get("global_steps"))
    if behind is None or int(behind) < 0 or extra.get("split", "train") != "train" or extra.get("index") is None:
        return []
    line: Dict[str, Any] = {
        "step": int(behind) + 1,
        "policy_step": int(behind),
        "prompt_id": str(extra["index"]),
        "reward": _finite(answer["score"]),
        "mean_logprob": _finite(extra.get("hone_mean_logprob")),
        "tokens": None if extra.get("hone_tokens") is None else int(extra["hone_tokens"]),
        "truncated": None if extra.get("hone_truncated") is None else bool(extra["hone_truncated"]),
    }
    if _TEXT:
        gold = ground_truth if isinstance(ground_truth, str) else json.dumps(ground_truth, default=_plain)
        line.update(completion=completion, answer=gold)
    return [line]


_REAL: List[Callable[..., Any]] = []


def _reward() -> Callable[..., Any]:
    if not _REAL:
        if not _REWARD:
            from verl.utils.reward_score import default_compute_score

            _REAL.append(default_compute_score)
        else:
            path, _, name = _REWARD.rpartition(":")
            spec = importlib.util.spec_from_file_location("hone_real_reward", path)
            if spec is None or spec.loader is None:
                raise ImportError(f"HONE_REWARD={_REWARD}: expected path/to/file.py:function")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            _REAL.append(getattr(module, name))
    return _REAL[0]


def _finite(value: Any) -> Optional[float]:
    return None if value is None or not math.isfinite(float(value)) else float(value)


def _plain(value: Any) -> Any:
    """What JSON has no form for: numbers and arrays of numpy or torch as lists of numbers, others as they print."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
