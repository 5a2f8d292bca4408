using System.Text.Json.Nodes;

namespace Hone.Cli.Tests.Commands;

/// <summary>What `hone rank` says of the checkpoint that it picks, and the link to it.</summary>
public sealed class RankCheckpointTests
{
    [Fact]
    public void The_path_to_ship_is_said_with_what_it_holds()
    {
        using var folder = new TempFolder();
        Log(folder, "verl");
        Model(folder, "exp/global_step_1/actor/huggingface");
        Write(folder, "exp/global_step_2/actor/model_world_size_1_rank_0.pt", "exp/global_step_3/actor/huggingface/config.json");
        Ran ran = HoneProcess.Run("rank", folder["verl.jsonl"], "--checkpoints", folder["exp"], "--window", "1").Done();
        Assert.Contains($"path: {folder["exp/global_step_2"]}\n", ran.Output, StringComparison.Ordinal);
        Assert.Contains("python -m verl.model_merger merge --backend fsdp", ran.Output, StringComparison.Ordinal);
        Assert.Contains($"warning: {folder["exp/global_step_3"]}: left out, it has no weights", ran.Error, StringComparison.Ordinal);
        JsonObject pick = Rank(folder, "verl", "exp").Json["pick"]!.AsObject();
        Assert.Equal(["step", "path", "holds", "conversion"], pick.Select(field => field.Key));
        Assert.Equal("shards", (string)pick["holds"]!);
        Model(folder, "exp/global_step_2/actor/huggingface");
        pick = Rank(folder, "verl", "exp").Json["pick"]!.AsObject();
        Assert.Equal((folder["exp/global_step_2/actor/huggingface"], "model"), ((string)pick["path"]!, (string)pick["holds"]!));
        Assert.Null(pick["conversion"]);
    }

    [Fact]
    public void Checkpoints_around_the_log_need_no_option()
    {
        using var folder = new TempFolder();
        Log(folder, "out/completions/1");
        Model(folder, "out/checkpoint-1");
        Model(folder, "out/checkpoint-2");
        Ran ran = HoneProcess.Run("rank", folder["out/completions"], "--window", "1", "--json").Done();
        Assert.Equal(folder["out/checkpoint-2"], (string)ran.Json["pick"]!["path"]!);
    }

    [Fact]
    public void Folders_of_which_none_is_whole_are_refused_with_the_reason()
    {
        using var folder = new TempFolder();
        Log(folder, "log");
        Write(folder, "exp/tmp_step_1/model.safetensors", "exp/step_2/config.json");
        folder.Refuses(3, ["step_2: left out, it has no weights (1 more like it)", "a whole checkpoint"],
            ["rank", folder["log.jsonl"], "--checkpoints", folder["exp"]]);
    }

    [Fact]
    public void The_link_is_relative_and_is_moved_by_the_next_ranking()
    {
        using var folder = new TempFolder();
        Log(folder, "log");
        Model(folder, "exp/step_1");
        Model(folder, "exp/step_2");
        Model(folder, "one/step_1");
        Directory.CreateSymbolicLink(folder["exp/best"], "step_1");
        Ran ran = Rank(folder, "log", "exp", "--link", "best");
        Assert.Contains($"link: {folder["exp/best"]} leads to {folder["exp/step_2"]}", ran.Error, StringComparison.Ordinal);
        Assert.Equal(folder["exp/best"], (string)ran.Json["link"]!);
        Assert.Equal("step_2", new FileInfo(folder["exp/best"]).LinkTarget);
        Assert.True(File.Exists(folder["exp/best/model.safetensors"]));
        Rank(folder, "log", "exp", "--link", folder["ship"]);
        Assert.Equal(Path.Combine("exp", "step_2"), new FileInfo(folder["ship"]).LinkTarget);
        Assert.DoesNotContain(folder.Content, path => path.Contains(".tmp", StringComparison.Ordinal));
        Assert.Equal(
            ["best", "step_1", "step_2"], Directory.EnumerateFileSystemEntries(folder["exp"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        // A link that leads nowhere any more is replaced too.
        Directory.Delete(folder["exp/step_2"], recursive: true);
        Rank(folder, "log", "exp", "--link", "best");
        Assert.Equal("step_1", new FileInfo(folder["exp/best"]).LinkTarget);
    }

    [Fact]
    public void The_link_stands_beside_the_picks_own_folder()
    {
        using var folder = new TempFolder();
        Log(folder, "log");
        Model(folder, "exp/checkpoints/global_step_1/actor/huggingface");
        Model(folder, "exp/checkpoints/global_step_2/actor/huggingface");
        Ran ran = Rank(folder, "log", "exp", "--link", "best");
        Assert.Contains($"checkpoints: 2 in {folder["exp/checkpoints"]}\n", ran.Error, StringComparison.Ordinal);
        Assert.Equal(
            Path.Combine("global_step_2", "actor", "huggingface"), new FileInfo(folder["exp/checkpoints/best"]).LinkTarget);
    }

    [Fact]
    public void What_the_log_does_not_cover_is_left_out()
    {
        using var folder = new TempFolder();
        Log(folder, "log");
        Model(folder, "exp/step_0");
        Model(folder, "exp/step_1");
        Model(folder, "exp/step_9");
        Ran ran = HoneProcess.Run("rank", folder["log.jsonl"], "--checkpoints", folder["exp"]).Done();
        Assert.Contains("warning: Left out: checkpoint 0, for no step led there.\n", ran.Error, StringComparison.Ordinal);
        Assert.Contains("warning: Left out: checkpoint 9, for the log ends with step 2.\n", ran.Error, StringComparison.Ordinal);
        Assert.Contains("pick: step 1,", ran.Output, StringComparison.Ordinal);
        Directory.Delete(folder["exp/step_1"], recursive: true);
        Directory.Delete(folder["exp/step_9"], recursive: true);
        folder.Refuses(3, ["there is no checkpoint but that of step 0"], ["rank", folder["log.jsonl"], "--checkpoints", folder["exp"]]);
    }

    [Fact]
    public void What_is_no_link_is_not_replaced()
    {
        using var folder = new TempFolder();
        Log(folder, "log");
        Model(folder, "exp/step_2");
        Write(folder, "exp/file");
        string[] rank = ["rank", folder["log.jsonl"], "--checkpoints", folder["exp"], "--window", "1", "--link"];
        folder.Refuses(3, ["file: is no link"], [.. rank, "file"]);
        folder.Refuses(3, ["step_2: is no link"], [.. rank, "step_2/"]);
        folder.Refuses(2, ["expected a name for the link"], [.. rank, "."]);
        folder.Refuses(2, ["steps without folders"], ["rank", folder["log.jsonl"], "--checkpoints", "1,2", "--link", "best"]);
    }

    [Fact]
    public void A_place_where_no_link_can_be_is_an_error_with_the_pick()
    {
        using var folder = new TempFolder();
        Log(folder, "log");
        Model(folder, "exp/step_2");
        Write(folder, "exp/file");
        Ran ran = HoneProcess.Run(
            "rank", folder["log.jsonl"], "--checkpoints", folder["exp"], "--window", "1", "--link", folder["exp/file/best"]);
        Assert.Equal(1, ran.Code);
        Assert.Contains("best: the link cannot be made", ran.Error, StringComparison.Ordinal);
        Assert.Contains($"the pick is {folder["exp/step_2"]}", ran.Error, StringComparison.Ordinal);
    }

    private static Ran Rank(TempFolder folder, string log, string checkpoints, params string[] options) => HoneProcess.Run(
        ["rank", folder[log + ".jsonl"], "--checkpoints", folder[checkpoints], "--window", "1", "--json", .. options]).Done();

    // The later step has the higher reward.
    private static void Log(TempFolder folder, string name) => folder.Write(name + ".jsonl",
        """{"step":1,"prompt_id":"a","mean_logprob":-1,"reward":0}""", """{"step":2,"prompt_id":"a","mean_logprob":-1,"reward":1}""");

    private static void Model(TempFolder folder, string name) => Write(folder, name + "/config.json", name + "/model.safetensors");

    private static void Write(TempFolder folder, params string[] names)
    {
        foreach (string name in names)
        {
            folder.WriteText(name, "content");
        }
    }
}
