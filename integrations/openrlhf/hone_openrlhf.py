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

import copy
import fcntl
import hashlib
import json
import math
import os
import socket
import threading
from typing import Any, BinaryIO, Dict, List, Optional

from openrlhf.utils.agent import SingleTurnAgentExecutor


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


class AgentExecutor(SingleTurnAgentExecutor):
    """OpenRLHF's executor of one turn; every completion is recorded."""

    def __init__(self) -> None:
        super().__init__(os.environ["HONE_REWARD"])

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
        line = _line(output)
        if _TEXT:
            tokens = [token for start, end in output["action_ranges"] for token in output["observation_tokens"][start:end]]
            line.update(prompt=prompt, completion=hf_tokenizer.decode(tokens, skip_special_tokens=True), answer=label)
        _LINES.write([line])
        if sampling_params.logprobs is None:
            # The trainer did not ask for them, and must not come to use them.
            output["rollout_log_probs"] = None
        return output


def _line(output: Dict[str, Any]) -> Dict[str, Any]:
    all_logprobs = output.get("rollout_log_probs")
    spans = output["action_ranges"]
    sampled = [value for start, end in spans for value in all_logprobs[start:end]] if all_logprobs is not None else []
    version = output.get("max_weight_version")
    return {
        "step": _counted_step() if version is None else int(version) + 1,
        "prompt_id": hashlib.sha256(output["prompt"].encode("utf-8")).hexdigest()[:16],
        "reward": _number(output.get("reward")),
        "mean_logprob": _number(sum(sampled) / len(sampled)) if sampled else None,
        "tokens": sum(end - start for start, end in spans),
        "truncated": output.get("truncated"),
    }


def _counted_step() -> int:
    """Counts this completion in a file that the processes of a machine share, and returns the step it falls in."""
    per_step = int(os.environ["HONE_STEP_COMPLETIONS"])
    folder = os.environ.get("HONE_ROLLOUTS", "hone_rollouts")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, ".completions"), "a+b") as counter:
        fcntl.flock(counter, fcntl.LOCK_EX)
        counter.seek(0)
        before = int(counter.read() or b"0")
        counter.truncate(0)
        counter.write(str(before + 1).encode("ascii"))
        counter.flush()
    return before // per_step + 1


def _number(value: Any) -> Optional[float]:
    """A reward comes as a number, a list of one or a tensor of one."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    while isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return None if value is None or not math.isfinite(value) else float(value)
