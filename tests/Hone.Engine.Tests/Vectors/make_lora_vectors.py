"""Makes the LoRA vectors in lora/; see README.md. The base models are those of make_vectors.py.

PyTorch's own autograd through W + scale * B A in place of W, in float64; weights, A and B are rounded to float32.
Running the script twice gives the same bytes.
"""

import json
import math
import random

import torch

from make_vectors import CASES, HERE, LAYERS, SEQUENCES, f32, forward, gradients, make_weights, render, write_safetensors, write_text

MODULES = {
    "q_proj": "self_attn", "k_proj": "self_attn", "v_proj": "self_attn", "o_proj": "self_attn",
    "gate_proj": "mlp", "up_proj": "mlp", "down_proj": "mlp",
}

# Rank-stabilised or not, with all modules; and one case with a module of each shared input left out.
ADAPTERS = {
    "llama_gqa": dict(r=3, alpha=6, rslora=False, targets=list(MODULES)),
    "qwen2_gqa": dict(r=3, alpha=6, rslora=True, targets=list(MODULES)),
    "qwen3_gqa": dict(r=5, alpha=4, rslora=True, targets=["q_proj", "v_proj", "o_proj", "up_proj"]),
}

PREFIX = "base_model.model."


def modules(adapter):
    for i in range(LAYERS):
        for name in adapter["targets"]:
            yield f"model.layers.{i}.{MODULES[name]}.{name}"


def make_adapters(name, adapter, weights):
    out = {}
    for module in modules(adapter):
        rows, columns = weights[module + ".weight"].shape
        for part, shape in (("lora_A", (adapter["r"], columns)), ("lora_B", (rows, adapter["r"]))):
            rng = random.Random(f"{name}/{module}/{part}")
            values = [f32(rng.gauss(0, 0.3)) for _ in range(math.prod(shape))]
            tensor = torch.tensor(values, dtype=torch.float64).reshape(shape).requires_grad_()
            out[f"{PREFIX}{module}.{part}.weight"] = tensor
    return out


def adapted(adapter, weights, adapters):
    scale = adapter["alpha"] / (math.sqrt(adapter["r"]) if adapter["rslora"] else adapter["r"])
    out = dict(weights)
    for module in modules(adapter):
        a, b = (adapters[f"{PREFIX}{module}.lora_{part}.weight"] for part in "AB")
        out[module + ".weight"] = weights[module + ".weight"] + scale * b @ a
    return out


def expected(name, adapter, weights, adapters):
    w = adapted(adapter, weights, adapters)
    logits = [forward(s, w, CASES[name]) for s in SEQUENCES]
    all_logprobs = [torch.log_softmax(x, dim=-1) for x in logits]
    logprobs = [x[:-1].gather(1, torch.tensor(s[1:])[:, None])[:, 0] for x, s in zip(all_logprobs, SEQUENCES)]
    entropy = [-(x.exp() * x).sum(-1)[:-1] for x in all_logprobs]
    loss = -torch.cat(logprobs).mean()
    return {
        "case": name,
        "sequences": SEQUENCES,
        "logits": [x.tolist() for x in logits],
        "logprobs": [x.tolist() for x in logprobs],
        "entropy": [x.tolist() for x in entropy],
        "loss": loss.item(),
        "gradients": gradients(loss, adapters),
    }


def config(name, adapter):
    return {
        "base_model_name_or_path": f"../../{name}",
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "init_lora_weights": True,
        "lora_alpha": adapter["alpha"],
        "lora_dropout": 0.0,
        "modules_to_save": None,
        "peft_type": "LORA",
        "r": adapter["r"],
        "target_modules": adapter["targets"],
        "task_type": "CAUSAL_LM",
        "use_dora": False,
        "use_rslora": adapter["rslora"],
    }


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name, adapter in ADAPTERS.items():
        folder = HERE / "lora" / name
        folder.mkdir(parents=True, exist_ok=True)
        weights = make_weights(name, CASES[name])
        adapters = make_adapters(name, adapter, weights)
        write_text(folder / "adapter_config.json", json.dumps(config(name, adapter), indent=2))
        write_safetensors(folder / "adapter_model.safetensors", adapters)
        write_text(folder / "expected.json", render(expected(name, adapter, weights, adapters)))


if __name__ == "__main__":
    main()
