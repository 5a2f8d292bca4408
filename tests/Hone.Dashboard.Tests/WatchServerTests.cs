using System.Net;
using System.Text.Json.Nodes;
using Hone.Hosting;

namespace Hone.Dashboard.Tests;

/// <summary>What the server says of a folder of runs, over real HTTP.</summary>
public sealed class WatchServerTests : WatchedRuns
{
    [Fact]
    public async Task Runs_are_listed_the_newest_first_with_their_state()
    {
        Runs.Run("done", 3, 3);
        Runs.Run("silent", 2, 9);
        Runs.Run("going", 2, 9);
        File.SetLastWriteTimeUtc(Runs["silent", "metrics.jsonl"], DateTime.UtcNow.AddHours(-2));
        File.SetLastWriteTimeUtc(Runs["done", "metrics.jsonl"], DateTime.UtcNow.AddHours(-1));
        File.WriteAllText(Runs["going", "evals.jsonl"], """{"step":2,"data_set":"held","accuracy":0.25,"low":0.1,"high":0.4,"prompts":20,"samples":1}""" + "\n");
        Directory.CreateDirectory(Runs["notes"]);
        JsonArray runs = (await Json("api/runs"))["runs"]!.AsArray();
        Assert.Equal(["going", "done", "silent"], runs.Select(run => (string)run!["name"]!));
        Assert.Equal(["running", "finished", "stale"], runs.Select(run => (string)run!["state"]!));
        Assert.Equal(0.25, (double)runs[0]!["accuracy"]!);
        Assert.Equal((2, 9), ((int)runs[0]!["step"]!, (int)runs[0]!["steps"]!));
    }

    [Fact]
    public async Task A_run_has_its_curves_and_its_ranking_before_any_checkpoint()
    {
        Runs.Run("a", 6, 9);
        JsonNode run = await Until("api/runs/a", answer => answer["ranking"] is not null);
        Assert.Equal([1, 2, 3, 4, 5, 6], run["metrics"]!["steps"]!.AsArray().Select(step => (int)step!));
        Assert.Equal(0.06, (double)run["metrics"]!["values"]!["reward"]![5]!);
        JsonNode ranking = run["ranking"]!;
        Assert.False((bool)ranking["saved"]!);
        Assert.Equal(6, ranking["checkpoints"]!.AsArray().Count);
        Assert.Equal(48, (int)ranking["rollouts"]!);

        // The hardest rollout of step 1 is sample 3, whose reward is 1; so it is in every window.
        Assert.Equal(1, (double)ranking["checkpoints"]![0]!["score"]!);
        Assert.Equal(6, (int)ranking["pick"]!);
    }

    [Theory]
    [InlineData("", 24)]
    [InlineData("step_from=2&step_to=2", 8)]
    [InlineData("reward_from=1", 12)]
    [InlineData("reward_to=0.5", 12)]
    [InlineData("anll_from=3.15", 4)]
    [InlineData("anll_from=2&anll_to=2.15", 4)]
    [InlineData("truncated=true", 6)]
    [InlineData("truncated=false", 18)]
    [InlineData("correct=false", 12)]
    [InlineData("prompt=p1", 12)]
    [InlineData("prompt=nobody", 0)]
    [InlineData("correct=true&truncated=true&step_from=3&prompt=p0", 1)]
    public async Task Filters_leave_what_fits(string query, int expected)
    {
        Runs.Run("a", 3, 9);
        JsonNode page = await Until($"api/runs/a/samples?{query}", answer => (int)answer["rollouts"]!["count"]! == 24);
        Assert.Equal(expected, (int)page["total"]!);
        Assert.Equal(Math.Min(20, expected), page["samples"]!.AsArray().Count);
    }

    [Fact]
    public async Task Pages_follow_each_other_in_the_order_asked_for()
    {
        Runs.Run("a", 3, 9);
        await Until("api/runs/a/samples", answer => (int)answer["total"]! == 24);
        List<double> anlls = [];
        for (int? skip = 0; skip is not null;)
        {
            JsonNode page = await Json($"api/runs/a/samples?sort=anll&order=asc&size=7&skip={skip}");
            anlls.AddRange(page["samples"]!.AsArray().Select(sample => (double)sample!["anll"]!));
            skip = (int?)page["next"];
        }

        Assert.Equal(24, anlls.Count);
        Assert.Equal(anlls.Order(), anlls);
        JsonNode first = (await Json("api/runs/a/samples?size=1"))["samples"]![0]!;
        Assert.Equal((3, "p0", 0, "answer of step 3 sample 0", "7"), (
            (int)first["step"]!, (string)first["prompt_id"]!, (int)first["sample"]!, (string)first["completion"]!, (string)first["answer"]!));
    }

    [Fact]
    public async Task A_text_is_found_in_prompts_and_completions_whatever_its_case()
    {
        Runs.Run("a", 3, 9);
        File.AppendAllText(Runs.RolloutFile("a", 3), RunMaker.Line(3, "p9", 0, "<b>Größe</b> \"quoted\" \u4f60") + "\n");
        await Until("api/runs/a/samples", answer => (int)answer["total"]! == 25);
        foreach ((string text, int expected) in new[] { ("OF STEP 2 sample 1", 2), ("question p1", 12), ("<B>gröSSe", 0), ("<b>größe", 1), ("\"QUOTED\" 你", 1), ("nowhere", 0) })
        {
            JsonNode page = await Json($"api/runs/a/samples?size=100&text={Uri.EscapeDataString(text)}");
            Assert.Equal((expected, 25), (page["samples"]!.AsArray().Count, (int)page["searched"]!));
        }
    }

    [Fact]
    public async Task Half_a_line_is_no_record_until_it_is_whole()
    {
        Runs.Run("a", 1, 9);
        string line = RunMaker.Line(2, "p0", 0), metrics = RunMaker.Metrics(2, 0.5);
        File.WriteAllText(Runs.RolloutFile("a", 2), line[..40]);
        File.AppendAllText(Runs["a", "metrics.jsonl"], metrics[..20]);
        JsonNode run = await Until("api/runs/a", answer => (int)answer["rollouts"]!["count"]! == 8);
        Assert.Equal((1, 0), ((int)run["step"]!, (int)run["rollouts"]!["bad_lines"]!));
        File.AppendAllText(Runs.RolloutFile("a", 2), line[40..]);
        File.AppendAllText(Runs["a", "metrics.jsonl"], metrics[20..]);
        await Until("api/runs/a", answer => (int)answer["rollouts"]!["count"]! == 9 && (int)answer["step"]! == 2);
        File.AppendAllText(Runs.RolloutFile("a", 2), "\n[1]\nnonsense\n" + RunMaker.Line(2, "p0", 1) + "\n");
        await Until("api/runs/a", answer => (int)answer["rollouts"]!["count"]! == 10 && (int)answer["rollouts"]!["bad_lines"]! == 2);
    }

    [Fact]
    public async Task Files_that_are_cut_replaced_or_deleted_are_read_again()
    {
        Runs.Run("a", 3, 9);
        await Until("api/runs/a/samples", answer => (int)answer["total"]! == 24);
        File.WriteAllText(Runs.RolloutFile("a", 3), RunMaker.Line(3, "other", 0, "replaced") + "\n");
        JsonNode page = await Until("api/runs/a/samples", answer => (int)answer["total"]! == 17);
        Assert.Equal("replaced", (string)page["samples"]![0]!["completion"]!);
        File.Delete(Runs.RolloutFile("a", 3));
        File.WriteAllText(Runs["a", "metrics.jsonl"], RunMaker.Metrics(1, 0.75));
        await Until("api/runs/a", answer => (int)answer["rollouts"]!["count"]! == 16 && (int)answer["step"]! == 1 && (double)answer["reward"]! == 0.75);
    }

    [Fact]
    public async Task Gzip_files_are_read_too()
    {
        Runs.Run("a", 1, 9);
        string[] lines = [.. Enumerable.Range(0, 500).Select(i => RunMaker.Line(2, $"p{i}", 0))];
        File.WriteAllBytes(Runs.RolloutFile("a", 2) + ".gz", RunMaker.Gzip(string.Join('\n', lines) + "\n"));
        JsonNode page = await Until("api/runs/a/samples?prompt=p499", answer => (int)answer["rollouts"]!["count"]! == 508);
        Assert.Equal("question p499", (string)page["samples"]![0]!["prompt"]!);
    }

    [Fact]
    public async Task A_run_that_is_deleted_leaves_the_list_and_nothing_breaks()
    {
        Runs.Run("a", 2, 9);
        Runs.Run("b", 2, 9);
        await Until("api/runs/a/samples", answer => (int)answer["total"]! == 16);
        Directory.Delete(Runs["a"], recursive: true);
        await Until("api/runs", answer => answer["runs"]!.AsArray().Count == 1);
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(Address("api/runs/a"), Cancel)).StatusCode);
        Assert.Equal(2, (int)(await Json("api/runs/b"))["step"]!);
    }

    [Fact]
    public async Task Links_out_of_the_folder_are_not_followed()
    {
        using var outside = new RunMaker();
        outside.Run("secret", 2, 9);
        Directory.CreateSymbolicLink(Runs["link"], outside["secret"]);
        Runs.Run("a", 1, 9);
        Directory.CreateDirectory(Runs["b"]);
        File.WriteAllText(Runs["b", "run.json"], "{}");
        Directory.CreateSymbolicLink(Runs["b", "rollouts"], outside["secret", "rollouts"]);
        File.CreateSymbolicLink(Runs["b", "metrics.jsonl"], outside["secret", "metrics.jsonl"]);
        File.CreateSymbolicLink(Runs.RolloutFile("a", 2), outside.RolloutFile("secret", 2));
        JsonNode list = await Json("api/runs");
        Assert.Equal(1, (int)list["links_out"]!);
        Assert.Equal(["a", "b"], list["runs"]!.AsArray().Select(run => (string)run!["name"]!).Order());
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(Address("api/runs/link"), Cancel)).StatusCode);
        await Until("api/runs/a", answer => (int)answer["rollouts"]!["count"]! == 8);
        JsonNode linked = await Json("api/runs/b");
        Assert.Equal((0, 0), ((int)linked["step"]!, (int)linked["rollouts"]!["count"]!));
    }

    [Theory]
    [InlineData("api/runs/..%2f..%2fetc%2fpasswd")]
    [InlineData("api/runs/%2Fetc%2Fpasswd")]
    [InlineData("api/runs/a%2Frollouts")]
    [InlineData("api/runs/a%00")]
    [InlineData("runs/..%5c..%5cetc")]
    [InlineData("api/runs/.../samples")]
    [InlineData("api/runs/A")]
    [InlineData("rollouts/step-000001.jsonl")]
    public async Task A_name_in_the_address_is_no_path(string path)
    {
        Runs.Run("a", 1, 9);
        Assert.Contains((int)(await Client.GetAsync(Address(path), Cancel)).StatusCode, new[] { 400, 404 });
    }

    [Theory]
    [InlineData("step_from=-1")]
    [InlineData("step_from=1e3")]
    [InlineData("reward_from=NaN")]
    [InlineData("anll_to=x")]
    [InlineData("sort=1")]
    [InlineData("sort=name")]
    [InlineData("order=up")]
    [InlineData("truncated=yes")]
    [InlineData("size=0")]
    [InlineData("size=101")]
    [InlineData("skip=99999999999")]
    public async Task A_wrong_filter_is_refused_by_its_name(string query)
    {
        Runs.Run("a", 1, 9);
        HttpResponseMessage answer = await Client.GetAsync(Address($"api/runs/a/samples?{query}"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(query.Split('=')[0], (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["error"]!["param"]!);
    }

    [Theory]
    [InlineData("", "cross-site", null, null, 403)]
    [InlineData("", "cross-site", "navigate", "document", 200)]
    [InlineData("", "cross-site", "navigate", "iframe", 403)]
    [InlineData("api/runs", "cross-site", "navigate", "document", 403)]
    [InlineData("api/runs", "same-site", "cors", "empty", 403)]
    [InlineData("api/runs", "same-origin", "cors", "empty", 200)]
    [InlineData("api/runs", "none", "navigate", "document", 200)]
    [InlineData("watch.css", "cross-site", "no-cors", "style", 403)]
    public async Task Other_sites_pages_get_nothing(string path, string site, string? mode, string? destination, int expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(path));
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("Sec-Fetch-Mode", mode);
        request.Headers.Add("Sec-Fetch-Dest", destination);
        Assert.Equal(expected, (int)(await Client.SendAsync(request, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("http://attacker.example", 403)]
    [InlineData("null", 403)]
    [InlineData("own", 200)]
    public async Task Another_origin_is_refused(string origin, int expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("api/runs"));
        request.Headers.Add("Origin", origin == "own" ? Server.Host.Address.GetLeftPart(UriPartial.Authority) : origin);
        HttpResponseMessage answer = await Client.SendAsync(request, Cancel);
        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("")]
    [InlineData("api/runs")]
    [InlineData("nowhere")]
    [InlineData("api/runs/nobody")]
    [InlineData("page.css")]
    public async Task Every_answer_has_the_headers_that_keep_a_page_harmless(string path)
    {
        HttpResponseMessage answer = await Client.GetAsync(Address(path), Cancel);
        string policy = string.Join("", answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task What_is_as_before_is_not_sent_again()
    {
        Runs.Run("a", 1, 9);
        await Until("api/runs/a", answer => answer["ranking"] is not null);
        HttpResponseMessage first = await Client.GetAsync(Address("api/runs/a"), Cancel);
        using var again = new HttpRequestMessage(HttpMethod.Get, Address("api/runs/a"));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await Client.SendAsync(again, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Pages_without_a_script_hold_everything_as_harmless_tables()
    {
        const string Name = "<b>run & \"name\"";
        Runs.Run(Name, 3, 9);
        File.AppendAllText(Runs.RolloutFile(Name, 3), RunMaker.Line(3, "<i>", 0, "<script>alert(1)</script><img src=x onerror=alert(1)>\u202e") + "\n");
        string path = "runs/" + Uri.EscapeDataString(Name);
        await Until("api/" + path, answer => answer["ranking"] is not null);
        string list = await Text(""), run = await Text(path), samples = await Text(path + "/samples?prompt=%3Ci%3E"), compare = await Text($"compare?run={Uri.EscapeDataString(Name)}");
        Assert.All([list, run, samples, compare], page => Assert.DoesNotContain("<b>run", page, StringComparison.Ordinal));
        Assert.Contains("&lt;b&gt;run &amp; &quot;name&quot;", list, StringComparison.Ordinal);
        Assert.Contains("3 of 9", list, StringComparison.Ordinal);
        Assert.Contains("<td>0.03</td>", run, StringComparison.Ordinal);
        Assert.Contains("<tr class=\"pick\"><td>", run, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;[U+202E]", samples, StringComparison.Ordinal);
        Assert.Contains("1 to 1 of 1", samples, StringComparison.Ordinal);
        Assert.Contains("step 3", compare, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_trainers_log_is_shown_and_ranked()
    {
        Directory.CreateDirectory(Runs["verl"]);
        for (int step = 1; step <= 4; step++)
        {
            File.WriteAllLines(Runs["verl", $"{step}.jsonl"], Enumerable.Range(0, 8).Select(i =>
                $$"""{"input":"q{{i / 4}}","output":"text","gts":"1","score":{{i % 2}},"step":{{step}},"rollout_log_probs":[-0.{{i + 1}},-0.2]}"""));
        }

        JsonNode run = await Until("api/runs/verl", answer => (int)answer["rollouts"]!["count"]! == 32 && answer["ranking"] is not null);
        Assert.Equal("verl", (string)run["format"]!);
        Assert.Equal(0.5, (double)run["metrics"]!["values"]!["reward"]![0]!);
        Assert.NotNull(run["ranking"]!["pick"]);
        Assert.Equal(16, (int)(await Json("api/runs/verl/samples?reward_from=1"))["total"]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await Client.GetAsync(Address("api/runs/verl/samples?text=x"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Damaged_and_odd_files_leave_the_rest_readable()
    {
        Runs.Run("a", 2, 9);
        Runs.Run("odd", 0, 9);
        File.WriteAllText(Runs["odd", "run.json"], "{\"config\": [1, ");
        File.WriteAllBytes(Runs["odd", "metrics.jsonl"], [0xef, 0xbb, 0xbf, .. "{\"step\":1,\"reward\":0.5,\"x\":null,\"y\":1e999}\r\n\0\xff\n"u8]);
        File.AppendAllText(Runs["odd", "metrics.jsonl"], new string('[', 100_000) + "\n{\"step\":\"2\"}\n{\"step\":2,\"reward\":0.25}\n");
        File.WriteAllText(Runs["odd", "evals.jsonl"], "{\"step\":1,\"accuracy\":\"high\"}\nnull\n");
        File.WriteAllText(Runs.RolloutFile("odd", 1), RunMaker.Line(1, "p", 0)[..^1] + ",\"reward\":NaN}\n" + "{\"step\":-1}\n" + new string('{', 50_000) + "\n");
        File.WriteAllBytes(Runs.RolloutFile("odd", 2) + ".gz", RunMaker.Gzip(RunMaker.Line(2, "p", 0) + "\n")[..40]);
        JsonNode run = await Until("api/runs/odd", answer => (int)answer["rollouts"]!["count"]! >= 1 && (int)answer["step"]! == 2);
        Assert.Equal((2, 0.25), ((int)run["rollouts"]!["bad_lines"]!, (double)run["reward"]!));
        Assert.Null(run["steps"]);
        Assert.NotNull(run["rollouts"]!["problem"]);
        Assert.Equal(2, (await Json("api/runs"))["runs"]!.AsArray().Count);
        Assert.Contains("odd", await Text("runs/odd"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_behind_a_byte_order_mark_are_read()
    {
        Runs.Run("a", 1, 9);
        Runs.Settings("a", "\uFEFF{\"config\": {\"steps\": 7}}");
        await Until("api/runs/a", answer => (int?)answer["steps"] == 7);
    }

    [Fact]
    public async Task A_browser_is_asked_for_the_key_where_there_is_one()
    {
        await using WatchServer server = await WatchServer.StartAsync(
            Runs.Root, new WebHostSettings { Key = "secret" }, TimeProvider.System, TextWriter.Null, Cancel);
        HttpResponseMessage refused = await Client.GetAsync(server.Host.Address, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Basic", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Host.Address);
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("me:secret"u8));
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync(request, Cancel)).StatusCode);
    }

    [Fact]
    public async Task One_run_can_be_watched_alone()
    {
        string run = Runs.Run("a", 2, 9);
        await using WatchServer server = await WatchServer.StartAsync(run, new WebHostSettings(), TimeProvider.System, TextWriter.Null, Cancel);
        string list = await Client.GetStringAsync(new Uri(server.Host.Address, "api/runs"), Cancel);
        Assert.Equal("a", (string)Assert.Single(JsonNode.Parse(list)!["runs"]!.AsArray())!["name"]!);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_so() => Assert.Contains("Hint:", (await Assert.ThrowsAsync<DirectoryNotFoundException>(
        () => WatchServer.StartAsync(Runs["nowhere"], new WebHostSettings(), TimeProvider.System, TextWriter.Null, Cancel))).Message, StringComparison.Ordinal);
}
