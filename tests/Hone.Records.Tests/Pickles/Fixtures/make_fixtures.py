"""Writes the files beside this script, and what they hold as expected.json. Needs torch and numpy:

    python3 make_fixtures.py
"""

import collections
import json
import math
import os
import pickle

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))


def real(value):
    return value if math.isfinite(value) else str(value)


def plain(value):
    """The value as JSON that keeps kinds apart. The tests make the same of what Hone reads."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"int": str(value)}
    if isinstance(value, float):
        return {"float": real(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": value.hex()}
    if isinstance(value, torch.dtype):
        return str(value)
    if isinstance(value, torch.device):
        return str(value)
    if isinstance(value, torch.Tensor):
        values = value.detach().double().flatten().tolist()
        return {"tensor": str(value.dtype).removeprefix("torch."), "shape": list(value.shape), "values": [real(v) for v in values]}
    if isinstance(value, np.ndarray):
        values = value.astype(np.float64).flatten().tolist()
        return {"tensor": str(value.dtype), "shape": list(value.shape), "values": [real(v) for v in values]}
    if isinstance(value, dict):
        return {"dict": [[plain(key), plain(item)] for key, item in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((plain(item) for item in value), key=json.dumps)}
    return {"tuple" if isinstance(value, tuple) else "list": [plain(item) for item in value]}


def values():
    shared = [1, 2, 3]
    counts = collections.defaultdict(list)
    counts["a"].append(1)
    return {
        "none": None,
        "bools": [True, False],
        "whole": [0, 1, -1, 255, 256, 65535, 65536, -32768, 2**31 - 1, -(2**31), 2**31, 2**63 - 1, -(2**63)],
        "big": [2**63, -(2**64), 2**200],
        "real": [0.0, -0.0, 1.5, -2.25e300, 5e-324, math.inf, -math.inf, math.nan],
        "mixed": [1, 2.0, "three", None],
        "text": ["", "plain", "Grüße, 世界 🎲", "line\nfeed \\ and \"quotes\"", "x" * 300],
        "bytes": [b"", b"abc\x00\xff", bytearray(b"\x01\x02"), bytes(range(256))],
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
        "nested": {"list": [[1], [[2.5]], []], 7: "whole key", (1, 2): "tuple key", 2.5: "real key", None: "no key"},
        "sets": [set(), {1, 2, 3}, frozenset([5, 6])],
        "ordered": collections.OrderedDict([("z", 1), ("a", 2)]),
        "default": counts,
        "counter": collections.Counter("hello"),
        "shared": [shared, shared],
        "numpy": [np.float64(0.1), np.float32(0.5), np.float16(-2.0), np.int64(-7), np.int32(5), np.uint8(200),
                  np.uint64(2**63 + 1), np.bool_(True), np.str_("naïve")],
        "arrays": [np.arange(6, dtype=np.int32).reshape(2, 3), np.asfortranarray(np.arange(6, dtype=np.float64).reshape(2, 3)),
                   np.array([], dtype=np.float32), np.array(3.5), np.array([True, False]), np.arange(3, dtype=np.uint16)],
    }


def tensors():
    grid = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    reals = torch.tensor([0.0, -1.5, 1.0 / 3.0, 1e4, math.inf, -math.inf, math.nan])
    whole = torch.tensor([0, 1, 2, 100, 127])
    return {
        "float32": reals,
        "float64": reals.double() / 3,
        "float16": reals.half(),
        "bfloat16": reals.bfloat16(),
        "int64": torch.tensor([0, -1, 2**53, -(2**40)]),
        "int32": whole.int() - 64,
        "int16": whole.short() - 64,
        "int8": whole.char() - 64,
        "uint8": whole.byte() + 100,
        "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "grid": grid,
        "transposed": grid.transpose(0, 2),
        "sliced": grid[1, 1:, ::2],
        "column": grid[:, 0, 3],
        "flipped": grid.flip(0),
        "expanded": torch.tensor([1.0, 2.0]).expand(3, 2),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "size": grid.shape,
        "device": torch.device("cuda", 1),
        "dtype": torch.float32,
    }


def sample(group, index, reward, status="completed", **others):
    """A slime Sample as its to_dict gives it (slime/utils/types.py)."""
    fields = {
        "group_index": group, "index": index, "rollout_id": None, "prompt": f"What is {group} + 1?",
        "tokens": [11, 12, 13, 70001, 14], "multimodal_inputs": None, "multimodal_train_inputs": None,
        "response": f" It is {group + 1}.", "response_length": 3, "label": str(group + 1), "reward": reward, "loss_mask": None,
        "weight_versions": ["default"], "rollout_log_probs": [-0.5, -1.0, -0.25], "rollout_routed_experts": None,
        "remove_sample": False, "teacher_log_probs": None, "status": status, "metadata": {"level": 3},
        "generate_function_path": None, "train_metadata": None, "session_id": None, "non_generation_time": 0.0,
        "spec_info": {"spec_accept_token_num": 0, "spec_draft_token_num": 0, "spec_verify_ct": 0, "completion_token_num": 0},
        "prefix_cache_info": {"cached_tokens": 0, "total_prompt_tokens": 4},
    }
    fields.update(others)
    return fields


def slime():
    chat = [{"role": "user", "content": "Hello"}]
    return {"rollout_id": 3, "samples": [
        sample(40, 320, 1.0),
        sample(40, 321, 0, status="truncated"),
        sample(41, 322, np.float64(0.5), loss_mask=[1, 0, 1], rollout_log_probs=[-2.0, 0.0, -4.0]),
        sample(41, 323, torch.tensor(0.25), prompt=chat, rollout_log_probs=None, loss_mask=[1, 1, 0],
               rollout_routed_experts=np.arange(24, dtype=np.int32).reshape(4, 3, 2)),
        sample(42, 324, None, status="aborted", rollout_log_probs=[], response="", response_length=0),
    ]}


def slime_dicts():
    return {"rollout_id": 0, "samples": [
        sample(0, 0, {"score": 1.0, "format": 0.5}), sample(0, 1, {"score": np.float32(0.0), "format": 1.0})]}


def ugcs_entry(step, index, nll, lengths, dtype=torch.float32, **others):
    """One call of _prepare_inputs in run_deepscaler.py of the UGCS authors' code."""
    sums = torch.tensor(nll).to(dtype)
    count = torch.tensor(lengths)
    entry = {
        "step": [str(step)] * len(nll),
        "extra_info": [{"difficulty": 2.34375, "index": index, "split": "train"} for _ in nll],
        "reward": [1.0 if place % 2 == 0 else 0.0 for place in range(len(nll))],
        "uncertainty": {"nll": sums, "avg_nll": sums / count, "var_logp": torch.rand(len(nll), generator=torch.Generator().manual_seed(1))},
        "batch_idx": list(range(len(nll))),
    }
    entry.update(others)
    return entry


def ugcs():
    return {"current_step": 13, "step_seen": 100, "logs": [
        ugcs_entry(12, 17158, [12.5, 30.0, 7.25], [50, 120, 29]),
        ugcs_entry(13, 9, [600.0, 599.5, 0.0], [1200, 1199, 4]),
        ugcs_entry(13, 9, [10.0, 33.25, 6.0], [50, 120, 29], dtype=torch.bfloat16),
    ]}


def ugcs_readme():
    entry = ugcs_entry(1, 17158, [12.0, 7.0], [120, 28])
    del entry["uncertainty"]
    entry.update({"average_nll": [0.1, 0.25], "nll": [12, 7]})
    return {"current_step": 1, "step_seen": 15, "logs": [entry]}


def main():
    expected = {}

    def save(name, value, write):
        with open(os.path.join(HERE, name), "wb") as file:
            write(value, file)
        expected[name] = plain(value)

    for protocol in range(6):
        save(f"values_{protocol}.pkl", values(), lambda value, file: pickle.dump(value, file, protocol))
    for protocol in range(2, 6):
        save(f"tensors_{protocol}.pt", tensors(), lambda value, file: torch.save(value, file, pickle_protocol=protocol))
    for name, value in [("rollout_3.pt", slime()), ("rollout_0.pt", slime_dicts()), ("log_step_100.pt", ugcs()),
                        ("log_step_15.pt", ugcs_readme())]:
        path = os.path.join(HERE, name)
        torch.save(value, path)  # by path: the archive's folder is named after the file
        expected[name] = plain(value)
    with open(os.path.join(HERE, "old_format.pt"), "wb") as file:
        torch.save(tensors(), file, _use_new_zipfile_serialization=False)
    with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
