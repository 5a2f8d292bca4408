"""Calls the hook as verl does: the agent loop's extra_fields reach the reward function in extra_info
(verl/experimental/agent_loop/agent_loop.py, verl/experimental/reward_loop/reward_manager/naive.py)."""

import asyncio
import math
import os
import sys
import types
from types import SimpleNamespace


class SingleTurnAgentLoop:
    def __init__(self):
        self.response_length = 3

    async def run(self, sampling_params, **kwargs):
        ids = [5, 6, 7] if kwargs["long"] else [5, 6]
        return SimpleNamespace(
            response_ids=ids, response_logprobs=[-1.0] * len(ids) if sampling_params["logprobs"] else None,
            extra_fields={"max_global_steps": kwargs["behind"]} if "behind" in kwargs else {})


def register(name):
    assert name == "hone_agent"
    return lambda cls: cls


def default_compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs):
    return float(solution_str == ground_truth)


for name, parts in {
    "verl": {}, "verl.experimental": {}, "verl.experimental.agent_loop": {}, "verl.utils": {},
    "verl.experimental.agent_loop.agent_loop": {"register": register},
    "verl.experimental.agent_loop.single_turn_agent_loop": {"SingleTurnAgentLoop": SingleTurnAgentLoop},
    "verl.utils.reward_score": {"default_compute_score": default_compute_score},
}.items():
    module = types.ModuleType(name)
    module.__dict__.update(parts)
    sys.modules[name] = module

import hone_verl  # noqa: E402  (the packages above must be there first)


def rollout(index, solution, split="train", logprobs=True, **kwargs):
    output = asyncio.run(hone_verl.HoneAgentLoop().run({"logprobs": logprobs}, **{"long": False, **kwargs}))
    extra_info = {"index": index, "split": split, **output.extra_fields, "num_turns": 2}
    return hone_verl.compute_score("mine", solution, "7", extra_info)


if os.environ.get("HONE_REWARD"):
    result = asyncio.run(hone_verl.compute_score_async("mine", "x", ["7"], {"index": 1, "max_global_steps": 0}))
    assert result["score"] == 0.5 and result["kind"] == "own" and math.isnan(result["hone_tokens"])
    sys.exit(0)

if sys.argv[1:] == ["failing"]:
    hone_verl._REAL.append(lambda **fields: 1 / 0)

result = rollout(40, "7", behind=0)
assert result == {"score": 1.0, "hone_mean_logprob": -1.0, "hone_tokens": 2}, result
rollout(40, "8", behind=0, long=True)
rollout(41, "7", behind=3, logprobs=False)
rollout(41, "7", split="test", behind=3)
result = rollout(42, "7")
assert result["hone_mean_logprob"] == -1.0
assert math.isnan(hone_verl.compute_score("mine", "7", "7")["hone_mean_logprob"])
