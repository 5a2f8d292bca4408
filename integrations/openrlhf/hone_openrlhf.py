"""Writes OpenRLHF's rollouts as lines that `hone rank` reads.

A reward function or server sees text alone. The agent executor sees the log-probabilities as well, so this hook is an
executor: OpenRLHF's own for one turn, asked for log-probabilities, with a line written for each completion. It takes its
rewards from where --reward.remote_url would: the address or reward_func file in HONE_REWARD.

Steps: OpenRLHF tells an executor nothing of its step. Where the engine counts its weights' versions, the step is that
plus 1; elsewhere completions are counted over all processes of a machine, and HONE_STEP_COMPLETIONS of them
(rollout.batch_size times rollout.n_samples_per_prompt) make a step. That count is off where dynamic filtering or an
evaluation draws more; take a new folder for each run.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import fcntl
import hashlib
import json
import math
import os
import socket
import sys
import threading
from typing import Any, BinaryIO, Callable, Dict, List, Optional

from openrlhf.utils.agent import SingleTurnAgentExecutor


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
_REWARD = os.environ.get("HONE_REWARD", "")
if not _REWARD:
    raise ImportError("HONE_REWARD is not set, expected the address or reward_func file that --reward.remote_url would name")
_PER_STEP = os.environ.get("HONE_STEP_COMPLETIONS")
if _PER_STEP is not None and not (_PER_STEP.isdecimal() and int(_PER_STEP) > 0):
    raise ImportError(f"HONE_STEP_COMPLETIONS={_PER_STEP}: expected rollout.batch_size times rollout.n_samples_per_prompt")


class AgentExecutor(SingleTurnAgentExecutor):
    """OpenRLHF's executor of one turn; every completion is recorded."""

    def __init__(self) -> None:
        super().__init__(_REWARD)

    async def execute(
        self, prompt: str, label: Any, sampling_params: Any, max_length: int, hf_tokenizer: Any, llm_engine: Any, **kwargs: Any
    ) -> Dict[str, Any]:
        asked = sampling_params
        if asked.logprobs is None:
            asked = copy.deepcopy(sampling_params)
            asked.logprobs = 1
        output: Dict[str, Any] = await super().execute(
            prompt, label, asked, max_length, hf_tokenizer, llm_engine, **kwargs
        )
        try:
            line = _line(output)
            if _TEXT:
                spans = output["action_ranges"]
                tokens = [token for start, end in spans for token in output["observation_tokens"][start:end]]
                line.update(prompt=prompt, completion=hf_tokenizer.decode(tokens, skip_special_tokens=True), answer=label)
            # Locks and discs can be slow, and other completions wait on this thread.
            await asyncio.to_thread(_LINES.write, lambda: [_with_step(line)])
        except Exception as problem:
            _LINES.warn(problem)
        if sampling_params.logprobs is None:
            # The trainer did not ask for them, and must not come to use them.
            output["rollout_log_probs"] = None
        return output


def _line(output: Dict[str, Any]) -> Dict[str, Any]:
    all_logprobs = output.get("rollout_log_probs")
    spans = output["action_ranges"]
    sampled = [value for start, end in spans for value in _list(all_logprobs)[start:end]] if all_logprobs is not None else []
    version = output.get("max_weight_version")
    return {
        "step": None if version is None else int(version) + 1,
        "prompt_id": hashlib.sha256(output["prompt"].encode("utf-8")).hexdigest()[:16],
        "reward": _number(output.get("reward")),
        "mean_logprob": _number(sum(sampled) / len(sampled)) if sampled else None,
        "tokens": int(sum(end - start for start, end in spans)),
        "truncated": None if output.get("truncated") is None else bool(output["truncated"]),
    }


def _with_step(line: Dict[str, Any]) -> Dict[str, Any]:
    return line if line["step"] is not None else {**line, "step": _counted_step()}


def _counted_step() -> int:
    """Counts this completion in a file that the processes of a machine share, and returns the step it falls in.

    The file's length is the count: appending a byte is done or not done, so that no crash can take the count back.
    """
    if _PER_STEP is None:
        raise ValueError("the engine does not count its weights, and HONE_STEP_COMPLETIONS is not set")
    os.makedirs(_FOLDER, exist_ok=True)
    with open(os.path.join(_FOLDER, ".completions"), "ab", buffering=0) as counter:
        fcntl.flock(counter, fcntl.LOCK_EX)
        before = os.fstat(counter.fileno()).st_size
        counter.write(b".")
    return before // int(_PER_STEP) + 1


def _list(tensor: Any) -> Any:
    return tensor.tolist() if hasattr(tensor, "tolist") else tensor


def _number(value: Any) -> Optional[float]:
    """A reward comes as a number, a list of one or a tensor of one."""
    value = _list(value)
    while isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return None if value is None or not math.isfinite(float(value)) else float(value)


def _plain(value: Any) -> Any:
    """What JSON has no form for: numbers and arrays of numpy or torch as lists of numbers, others as they print."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
