using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Hone.Dashboard.Tests;

/// <summary>Writes runs as a trainer would, into a folder that is deleted in the end.</summary>
internal sealed class RunMaker : IDisposable
{
    /// <summary>The folder of runs.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("hone-watch-").FullName;

    public string this[params string[] parts] => Path.Combine([Root, .. parts]);

    /// <summary>A run of some steps, each of some prompts with four completions.</summary>
    public string Run(string name, int steps, int total, int prompts = 2)
    {
        Directory.CreateDirectory(this[name, "rollouts"]);
        File.WriteAllText(this[name, "run.json"], $$"""{"config": {"steps": {{total}}, "model": "tiny"} }""");
        for (int step = 1; step <= steps; step++)
        {
            Step(name, step, prompts);
        }

        return this[name];
    }

    /// <summary>Adds a step with its rollouts and its line of metrics.</summary>
    public void Step(string name, int step, int prompts = 2)
    {
        IEnumerable<string> lines = Enumerable.Range(0, prompts * 4).Select(i => Line(step, $"p{i / 4}", i % 4));
        File.WriteAllText(RolloutFile(name, step), string.Join('\n', lines) + "\n");
        File.AppendAllText(this[name, "metrics.jsonl"], Metrics(step, (double)step / 100));
    }

    /// <summary>Writes run.json.</summary>
    public void Settings(string name, string json)
    {
        // A second look tells by the time that the file is another.
        string path = this[name, "run.json"];
        DateTime before = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, json);
        File.SetLastWriteTimeUtc(path, before.AddSeconds(1));
    }

    /// <summary>Checkpoints that look whole.</summary>
    public void Checkpoints(string name, params int[] steps)
    {
        foreach (int step in steps)
        {
            string folder = Directory.CreateDirectory(this[name, "checkpoints", string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}")]).FullName;
            File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
            File.WriteAllText(Path.Combine(folder, "model.safetensors"), "weights");
        }
    }

    public string RolloutFile(string name, int step) => this[name, "rollouts", string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}.jsonl")];

    public static string Metrics(int step, double reward) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"step":{{step}},"reward":{{reward}},"entropy":0.5,"mean_logprob":-0.2}

        """);

    /// <summary>A rollout: the reward is 1 for odd samples, the ANLL step + sample / 10, and sample 3 is truncated.</summary>
    public static string Line(int step, string prompt, int sample, string? completion = null) => JsonSerializer.Serialize(new
    {
        step,
        prompt_id = prompt,
        sample,
        prompt = $"question {prompt}",
        completion = completion ?? $"answer of step {step} sample {sample}",
        answer = "7",
        reward = sample % 2,
        rewards = new { right = sample % 2 },
        correct = sample % 2 == 1,
        format_ok = true,
        truncated = sample == 3,
        tokens = 10 + sample,
        mean_logprob = -(step + (sample / 10.0)),
        sum_logprob = -1.0,
        min_logprob = -2.0,
        mean_entropy = 0.1,
        ref_mean_logprob = (double?)null,
        advantage = 0.5,
        temperature = 1.0,
        policy_step = step - 1,
    });

    public static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
