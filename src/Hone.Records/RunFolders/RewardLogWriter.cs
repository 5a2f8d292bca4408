using System.Globalization;
using System.Text.Json;
using Hone.Records.Lines;

namespace Hone.Records.RunFolders;

/// <summary>
/// Appends rewarded completions to a folder that <see cref="Logs.RolloutLog"/> reads: <c>rollouts/step-000001.jsonl</c> and on, one line a
/// completion, each in its file as soon as it is written. Whoever asks for rewards does not say which step it is in, so
/// that steps are counted: every so many completions make one. A folder that is there already is gone on with. Safe to
/// call from several threads; one writer at a time has the folder.
/// </summary>
public sealed class RewardLogWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _samples = [];
    private readonly string _rollouts;
    private readonly string _otherFile;
    private readonly int _perStep;
    private readonly FileStream _owner;
    private LineAppender? _stepFile;
    private LineAppender? _other;
    private int _inStep;

    private RewardLogWriter(string folder, int perStep, FileStream owner)
    {
        _rollouts = Path.Combine(folder, "rollouts");
        _otherFile = Path.Combine(folder, "other.jsonl");
        _perStep = perStep;
        _owner = owner;
    }

    /// <summary>The step that the next completion belongs to, from 1.</summary>
    public int Step { get; private set; } = 1;

    /// <summary>Completions in the log's steps, those of earlier runs included.</summary>
    public long Count => ((long)(Step - 1) * _perStep) + _inStep;

    /// <summary>Opens a folder; a half line that a stopped program left is taken off.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="perStep">Completions that make a step, at least 1.</param>
    /// <exception cref="IOException">Another program writes to it, or it cannot be made.</exception>
    /// <exception cref="InvalidDataException">What is there already is no such log.</exception>
    public static RewardLogWriter Open(string folder, int perStep)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perStep);
        var writer = new RewardLogWriter(folder, perStep, Own(folder));
        try
        {
            writer.GoOn();
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Writes completions of the training prompts.</summary>
    /// <param name="completions">In the order they came.</param>
    /// <exception cref="IOException">A file cannot be written; the lines before the failed one are there.</exception>
    public void Append(IReadOnlyList<RewardedCompletion> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        lock (_gate)
        {
            foreach (RewardedCompletion completion in completions)
            {
                if (_inStep >= _perStep)
                {
                    NextStep();
                }

                int sample = _samples.GetValueOrDefault(completion.PromptId);
                Write(ref _stepFile, StepFile(Step), writer => Line(writer, completion, Step, sample));
                _samples[completion.PromptId] = sample + 1;
                _inStep++;
            }
        }
    }

    /// <summary>Writes completions of prompts that are not trained on, such as those of an evaluation: to other.jsonl, without a
    /// step.</summary>
    /// <param name="completions">In the order they came.</param>
    public void AppendOther(IReadOnlyList<RewardedCompletion> completions)
    {
        ArgumentNullException.ThrowIfNull(completions);
        lock (_gate)
        {
            foreach (RewardedCompletion completion in completions)
            {
                Write(ref _other, _otherFile, writer => Line(writer, completion, null, null));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stepFile?.Dispose();
        _other?.Dispose();
        _owner.Dispose();
    }

    // Two writers would each count the other's completions as their own steps.
    private static FileStream Own(string folder)
    {
        string path = Path.Combine(folder, ".writer");
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error) when (RunLock.IsHeld(error))
        {
            throw new IOException($"{folder}: another program writes to it, expected a folder of one's own. Hint: name another folder.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordError.NotWritable(folder, error);
        }
    }

    private static void Line(Utf8JsonWriter json, RewardedCompletion completion, int? step, int? sample)
    {
        json.WriteStartObject();
        if (step is int number)
        {
            json.WriteNumber("step", number);
        }

        json.WriteString("prompt_id", completion.PromptId);
        if (sample is int index)
        {
            json.WriteNumber("sample", index);
        }

        json.WriteString("prompt", completion.Prompt);
        json.WriteString("completion", completion.Completion);
        json.WriteString("answer", completion.Answer);
        json.WriteNumber("reward", completion.Reward);
        json.WriteStartObject("rewards");
        foreach ((string name, double value) in completion.Rewards)
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        json.WriteBoolean("correct", completion.Correct);
        json.WriteBoolean("format_ok", completion.FormatOk);

        // Who asks for a reward sends text; tokens, their log-probabilities and the length limit stay with the trainer.
        json.WriteNull("truncated");
        json.WriteNull("tokens");
        json.WriteNull("mean_logprob");
        json.WriteEndObject();
    }

    // A write that failed may have left half a line; opening the file again takes it off.
    private static void Write(ref LineAppender? file, string path, Action<Utf8JsonWriter> line)
    {
        try
        {
            file ??= new LineAppender(path);
            file.Append(line);
        }
        catch
        {
            file?.Dispose();
            file = null;
            throw;
        }
    }

    private string StepFile(int step) =>
        Path.Combine(_rollouts, string.Create(CultureInfo.InvariantCulture, $"step-{step:D6}.jsonl"));

    private void NextStep()
    {
        _stepFile?.Dispose();
        _stepFile = null;
        _samples.Clear();
        _inStep = 0;
        Step++;
    }

    private void GoOn()
    {
        while (File.Exists(StepFile(Step + 1)))
        {
            Step++;
        }

        string path = StepFile(Step);
        if (!File.Exists(path))
        {
            return;
        }

        _stepFile = new LineAppender(path);
        using JsonLineReader reader = JsonLineReader.Open(path);
        while (reader.Read())
        {
            string id = JsonFields.Text(JsonFields.Find(JsonElement.Parse(reader.Json.Span), "prompt_id"))
                ?? throw reader.Error("the line has no 'prompt_id', expected a rewarded completion", "name another folder");
            _samples[id] = _samples.GetValueOrDefault(id) + 1;
            _inStep++;
        }
    }
}
