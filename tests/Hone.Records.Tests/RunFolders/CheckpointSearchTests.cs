using Hone.Records.RunFolders;

namespace Hone.Records.Tests.RunFolders;

/// <summary>The checkpoint folders of each trainer, made as it makes them.</summary>
public sealed class CheckpointSearchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Transformers_folders_hold_models_or_adapters()
    {
        Model("out/checkpoint-500");
        Write("out/checkpoint-1000/adapter_config.json", "out/checkpoint-1000/adapter_model.safetensors", "out/checkpoint-1000/optimizer.pt");
        Write("out/checkpoint-1500/config.json", "out/checkpoint-1500/pytorch_model_fsdp_0/__0_0.distcp");
        Directory.CreateDirectory(_folder["out/completions"]);
        CheckpointSearch search = CheckpointSearch.In(_folder["out"]);
        Assert.Equal(
            [(500, CheckpointKind.Model), (1000, CheckpointKind.Adapter), (1500, CheckpointKind.Shards)],
            search.Found.Select(found => (found.Step, found.Kind)));
        Assert.StartsWith("accelerate merge-weights ", search.Found[2].Conversion, StringComparison.Ordinal);
        Assert.Null(search.Found[0].Conversion);
        Assert.Empty(search.LeftOut);
    }

    [Fact]
    public void Verl_folders_lead_to_the_model_inside_only_where_it_has_weights()
    {
        Write("exp/latest_checkpointed_iteration.txt");
        Fsdp("exp/global_step_10", ranks: 2);
        Write("exp/global_step_10/actor/huggingface/config.json", "exp/global_step_10/actor/huggingface/tokenizer.json");
        Fsdp("exp/global_step_20", ranks: 2);
        Model("exp/global_step_20/actor/huggingface");
        Write("exp/global_step_30/actor/dist_ckpt/__0_0.distcp");
        Fsdp("exp/global_step_40", ranks: 1);
        Write("exp/global_step_40/actor/lora_adapter/adapter_config.json", "exp/global_step_40/actor/lora_adapter/adapter_model.safetensors");
        IReadOnlyList<Checkpoint> found = CheckpointSearch.In(_folder["exp"]).Found;
        Assert.Equal([10, 20, 30, 40], found.Select(checkpoint => checkpoint.Step));
        Assert.Equal((CheckpointKind.Shards, _folder["exp/global_step_10"]), (found[0].Kind, found[0].Path));
        Assert.Equal(
            $"python -m verl.model_merger merge --backend fsdp --local_dir {_folder["exp/global_step_10/actor"]} "
            + $"--target_dir {_folder["exp/global_step_10/merged"]}", found[0].Conversion);
        Assert.Equal((CheckpointKind.Model, _folder["exp/global_step_20/actor/huggingface"]), (found[1].Kind, found[1].Path));
        Assert.Contains("--backend megatron", found[2].Conversion, StringComparison.Ordinal);
        Assert.Equal((CheckpointKind.Adapter, _folder["exp/global_step_40/actor/lora_adapter"]), (found[3].Kind, found[3].Path));
    }

    [Fact]
    public void A_name_that_a_shell_would_run_is_one_quoted_word_of_the_command()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "names are restricted there");
        Write("a$(id);'b/_actor/global_step20/mp_rank_00_model_states.pt");
        string actor = _folder["a$(id);'\\''b/_actor"];
        Assert.Equal($"python '{actor}/zero_to_fp32.py' '{actor}' '{actor}/global_step20_fp32' -t global_step20",
            Assert.Single(CheckpointSearch.In(_folder["a$(id);'b"]).Found).Conversion);
    }

    [Fact]
    public void Openrlhf_folders_of_one_step_give_the_one_that_loads()
    {
        Write("ckpt/_actor/global_step10/mp_rank_00_model_states.pt", "ckpt/_actor/global_step20/mp_rank_00_model_states.pt");
        Model("ckpt/global_step10_hf");
        Model("ckpt/best_global_step10_hf");
        IReadOnlyList<Checkpoint> found = CheckpointSearch.In(_folder["ckpt"]).Found;
        Assert.Equal([10, 20], found.Select(checkpoint => checkpoint.Step));
        Assert.Equal(_folder["ckpt/global_step10_hf"], found[0].Path);
        string actor = _folder["ckpt/_actor"];
        Assert.Equal($"python {actor}/zero_to_fp32.py {actor} {actor}/global_step20_fp32 -t global_step20", found[1].Conversion);
    }

    [Fact]
    public void Nemo_rl_folders_still_being_written_are_left_out()
    {
        Write("results/step_10/config.yaml", "results/step_10/policy/weights/model/shard-00001-model-00001-of-00001.safetensors");
        Model("results/step_20/policy/weights/model/consolidated");
        Write("results/step_30/policy/weights/iter_0000000/__0_0.distcp");
        Write("results/tmp_step_40/policy/weights/x.distcp", "results/old_step_20/policy/weights/x.distcp");
        CheckpointSearch search = CheckpointSearch.In(_folder["results"]);
        Assert.Equal([10, 20, 30], search.Found.Select(checkpoint => checkpoint.Step));
        Assert.Contains("convert_dcp_to_hf.py --config " + _folder["results/step_10/config.yaml"], search.Found[0].Conversion, StringComparison.Ordinal);
        Assert.Equal(_folder["results/step_20/policy/weights/model/consolidated"], search.Found[1].Path);
        Assert.Contains("--megatron-ckpt-path " + _folder["results/step_30/policy/weights/iter_0000000"], search.Found[2].Conversion, StringComparison.Ordinal);
        Assert.Equal(
            [
                $"{_folder["results/old_step_20"]}: left out, its name is that of a folder being replaced",
                $"{_folder["results/tmp_step_40"]}: left out, its name is that of a folder still being written",
            ], search.LeftOut);
    }

    [Fact]
    public void Prime_rl_weights_stand_beside_its_checkpoints()
    {
        Write("run/checkpoints/step_10/trainer/__0_0.distcp", "run/checkpoints/step_20/trainer/__0_0.distcp");
        Model("run/weights/step_10");
        Write("run/weights/step_10/STABLE");
        Model("run/weights/step_20");
        foreach (string given in (string[])["run", "run/checkpoints"])
        {
            CheckpointSearch search = CheckpointSearch.In(_folder[given]);
            Assert.Equal(
                [(10, _folder["run/weights/step_10"]), (20, _folder["run/checkpoints/step_20"])],
                search.Found.Select(found => (found.Step, found.Path)));
            Assert.Contains("has no file STABLE", Assert.Single(search.LeftOut), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Slime_counts_rollouts_from_zero_and_open_instruct_updates_from_one()
    {
        Write("save/latest_checkpointed_iteration.txt", "save/iter_0000019/__0_0.distcp", "save/iter_0000019/common.pt");
        Model("hf/39");
        Model("run_checkpoints/step_40");
        Checkpoint slime = Assert.Single(CheckpointSearch.In(_folder["save"]).Found);
        Assert.Equal((20, CheckpointKind.Shards), (slime.Step, slime.Kind));
        Assert.Contains("convert_torch_dist_to_hf.py --input-dir " + _folder["save/iter_0000019"], slime.Conversion, StringComparison.Ordinal);
        Assert.Equal(40, Assert.Single(CheckpointSearch.In(_folder["hf"], bareOffset: 1).Found).Step);
        Assert.Equal(39, Assert.Single(CheckpointSearch.In(_folder["hf"]).Found).Step);
        Assert.Equal(40, Assert.Single(CheckpointSearch.In(_folder["run_checkpoints"]).Found).Step);
    }

    [Theory]
    [InlineData("it has no weights", "config.json", "optimizer.pt", "training_args.bin")]
    [InlineData("model.safetensors is empty", "config.json", "model.safetensors:empty")]
    [InlineData("it has 1 of 2 weight files", "config.json", "model-00001-of-00002.safetensors")]
    [InlineData("adapter_model.safetensors is empty", "adapter_config.json", "adapter_model.safetensors:empty")]
    [InlineData("it has 1 of 4 model_world_size_*.pt files", "actor/model_world_size_4_rank_0.pt")]
    [InlineData("model_world_size_1_rank_0.pt is empty", "actor/model_world_size_1_rank_0.pt:empty")]
    public void Folders_that_are_no_whole_checkpoint_are_left_out_and_why(string reason, params string[] files)
    {
        Write([.. files.Select(file => "c/step_5/" + file)]);
        Model("c/step_6");
        CheckpointSearch search = CheckpointSearch.In(_folder["c"]);
        Assert.Equal([6], search.Found.Select(found => found.Step));
        Assert.Equal([$"{_folder["c/step_5"]}: left out, {reason}"], search.LeftOut);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""",
        "model-00002-of-00002.safetensors is missing")]
    [InlineData("""{"weight_map":["a"]}""", "model.safetensors.index.json is damaged")]
    [InlineData("""{"weight""", "model.safetensors.index.json is damaged")]
    public void An_index_tells_what_is_missing(string index, string reason)
    {
        Write("c/step_5/config.json", "c/step_5/model-00001-of-00002.safetensors");
        _folder.Write("c/step_5/model.safetensors.index.json", index);
        Assert.Equal([$"{_folder["c/step_5"]}: left out, {reason}"], CheckpointSearch.In(_folder["c"]).LeftOut);
    }

    [Theory]
    [InlineData("run", "run/checkpoints/step-000010")] // ours
    [InlineData("run/rollouts", "run/checkpoints/step-000010")]
    [InlineData("out/completions", "out/checkpoint-10")] // TRL
    [InlineData("out/completions.jsonl", "out/checkpoint-10")] // ms-swift
    [InlineData("traces", "traces_checkpoints/step_10")] // open-instruct
    [InlineData("prime/rollouts/step_9/train/effective/traces.jsonl", "prime/weights/step_10")] // prime-rl
    public void Checkpoints_are_found_around_a_log(string log, string checkpoint)
    {
        Model(checkpoint);
        if (log.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            Write(log);
        }
        else
        {
            Directory.CreateDirectory(_folder[log]);
        }

        Checkpoint found = Assert.Single(CheckpointSearch.Beside(_folder[log])!.Found);
        Assert.Equal((10, _folder[checkpoint]), (found.Step, found.Path));
    }

    [Fact]
    public void A_log_alone_has_none_and_a_missing_folder_is_an_error()
    {
        Write("logs/1.jsonl", "logs/step_5/notes.txt");
        Assert.Null(CheckpointSearch.Beside(_folder["logs"]));
        Assert.Throws<DirectoryNotFoundException>(() => CheckpointSearch.In(_folder["none"]));
    }

    private void Model(string folder) => Write(folder + "/config.json", folder + "/model.safetensors");

    private void Fsdp(string folder, int ranks) =>
        Write([.. Enumerable.Range(0, ranks).Select(rank => $"{folder}/actor/model_world_size_{ranks}_rank_{rank}.pt")]);

    private void Write(params string[] files)
    {
        foreach (string file in files)
        {
            _folder.Write(file.Split(':')[0], file.EndsWith(":empty", StringComparison.Ordinal) ? "" : "content");
        }
    }
}
