#!/usr/bin/env python3
"""Writes a Hugging Face folder of a Qwen2 model with random BF16 weights in shards, for load, memory and speed tests.

usage: bench/random_model.py FOLDER GPT2_FOLDER [--shard-mb 400] [--hidden 896] [--ffn 4864] [--layers 24] ...

GPT2_FOLDER holds GPT-2's vocab.json and merges.txt, from which tokenizer.json is put together; ids above its 50,257 tokens
have rows in the model and no text. The defaults are the shape of Qwen2.5-0.5B: 494,032,768 parameters. Needs numpy.
"""
import argparse
import json
import pathlib
import struct

import numpy as np


def tensors(a):
    """(name, shape) in file order."""
    head = a.hidden // a.heads
    yield "model.embed_tokens.weight", (a.vocab, a.hidden)
    for i in range(a.layers):
        layer = f"model.layers.{i}."
        yield layer + "input_layernorm.weight", (a.hidden,)
        for name, rows in (("q", a.hidden), ("k", a.kv_heads * head), ("v", a.kv_heads * head)):
            yield layer + f"self_attn.{name}_proj.weight", (rows, a.hidden)
            yield layer + f"self_attn.{name}_proj.bias", (rows,)
        yield layer + "self_attn.o_proj.weight", (a.hidden, a.hidden)
        yield layer + "post_attention_layernorm.weight", (a.hidden,)
        yield layer + "mlp.gate_proj.weight", (a.ffn, a.hidden)
        yield layer + "mlp.up_proj.weight", (a.ffn, a.hidden)
        yield layer + "mlp.down_proj.weight", (a.hidden, a.ffn)
    yield "model.norm.weight", (a.hidden,)


def bfloat16(random, name, shape):
    """Norms at 1, everything else normal with deviation 0.02; rounded to the nearest even bfloat16."""
    if name.endswith("norm.weight"):
        values = np.ones(shape, np.float32)
    else:
        values = random.standard_normal(shape, np.float32) * np.float32(0.02)
    bits = values.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


def shards(a):
    """Lists of tensors, each list as long as fits into a shard."""
    shard, size = [], 0
    for name, shape in tensors(a):
        length = 2 * int(np.prod(shape))
        if shard and size + length > a.shard_mb * 1_000_000:
            yield shard
            shard, size = [], 0
        shard.append((name, shape, length))
        size += length
    yield shard


def write_weights(a, folder):
    random = np.random.default_rng(a.seed)
    parts = list(shards(a))
    index = {}
    for number, shard in enumerate(parts, 1):
        file = f"model-{number:05d}-of-{len(parts):05d}.safetensors"
        header, offset = {"__metadata__": {"format": "pt"}}, 0
        for name, shape, length in shard:
            header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [offset, offset + length]}
            offset += length
            index[name] = file
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with open(folder / file, "wb") as stream:
            stream.write(struct.pack("<Q", len(text)) + text)
            for name, shape, _ in shard:
                stream.write(bfloat16(random, name, shape).tobytes())
    total = sum(length for shard in parts for _, _, length in shard)
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": index})
    return total // 2


def write_tokenizer(gpt2, folder):
    vocabulary = json.loads((gpt2 / "vocab.json").read_text("utf-8"))
    merges = [line for line in (gpt2 / "merges.txt").read_text("utf-8").split("\n")[1:] if line]
    end = "<|endoftext|>"
    write_json(folder / "tokenizer.json", {
        "version": "1.0",
        "added_tokens": [{
            "id": vocabulary[end], "content": end, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True,
        }],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "vocab": vocabulary, "merges": merges},
    })
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": end})
    return vocabulary[end]


def write_config(a, end, folder):
    write_json(folder / "config.json", {
        "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "bos_token_id": end, "eos_token_id": end,
        "hidden_act": "silu", "hidden_size": a.hidden, "intermediate_size": a.ffn, "max_position_embeddings": 32768,
        "num_attention_heads": a.heads, "num_hidden_layers": a.layers, "num_key_value_heads": a.kv_heads,
        "rms_norm_eps": 1e-6, "rope_theta": 1000000.0, "tie_word_embeddings": True, "torch_dtype": "bfloat16",
        "use_sliding_window": False, "vocab_size": a.vocab,
    })


def write_json(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("gpt2", type=pathlib.Path)
    sizes = {"hidden": 896, "ffn": 4864, "layers": 24, "heads": 14, "kv-heads": 2, "vocab": 151936, "shard-mb": 400, "seed": 0}
    for name, size in sizes.items():
        parser.add_argument("--" + name, type=int, default=size)
    a = parser.parse_args()
    a.folder.mkdir(parents=True)
    end = write_tokenizer(a.gpt2, a.folder)
    write_config(a, end, a.folder)
    print(f"{write_weights(a, a.folder):,} parameters in {a.folder}")


if __name__ == "__main__":
    main()
