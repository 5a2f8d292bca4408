"""Calls the hook as openrlhf/trainer/ray does: an executor without arguments, execute() for each completion."""

import asyncio
import multiprocessing
import os
import sys
import types
from types import SimpleNamespace


class SingleTurnAgentExecutor:
    def __init__(self, remote_rm_url=None):
        assert remote_rm_url == "http://127.0.0.1:5000/get_reward"

    async def execute(self, prompt, label, sampling_params, max_length, hf_tokenizer, llm_engine, images=None):
        assert sampling_params.logprobs == 1
        await asyncio.sleep(0)
        return {
            "prompt": prompt, "label": label, "observation_tokens": [1, 2, 3, 4, 5], "action_ranges": [(2, 5)],
            "rollout_log_probs": [0.0, 0.0, -1.0, -2.0, -3.0], "truncated": False, "reward": llm_engine["reward"],
            **llm_engine.get("more", {}),
        }


agent = types.ModuleType("openrlhf.utils.agent")
agent.SingleTurnAgentExecutor = SingleTurnAgentExecutor
for name, module in {"openrlhf": types.ModuleType("openrlhf"), "openrlhf.utils": types.ModuleType("openrlhf.utils"),
                     "openrlhf.utils.agent": agent}.items():
    sys.modules[name] = module

import hone_openrlhf  # noqa: E402  (the packages above must be there first)

TOKENIZER = SimpleNamespace(decode=lambda tokens, skip_special_tokens: " ".join(map(str, tokens)))


def rollout(prompt, reward, logprobs=None, **more):
    executor = hone_openrlhf.AgentExecutor()
    params = SimpleNamespace(logprobs=logprobs)
    output = asyncio.run(executor.execute(
        prompt=prompt, label="7", sampling_params=params, max_length=64, hf_tokenizer=TOKENIZER,
        llm_engine={"reward": reward, "more": more}, images=None))
    assert (output["rollout_log_probs"] is None) == (logprobs is None) and params.logprobs == logprobs
    return output


def many(process):
    for i in range(40):
        rollout(f"prompt {i % 4}", [1.0])


if sys.argv[1:] == ["many"]:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.map(many, range(4), chunksize=1)
    sys.exit(0)

rollout("a", [1.0])
rollout("a", 0.5, logprobs=1)
rollout("b", SimpleNamespace(tolist=lambda: [[0.25]]))
rollout("b", None)
rollout("b", [0.0], logprobs=1, max_weight_version=6, truncated=True)
