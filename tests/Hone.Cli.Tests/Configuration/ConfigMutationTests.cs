using System.Text;
using Hone.Cli.Configuration;
using Hone.Mutation;

namespace Hone.Cli.Tests.Configuration;

/// <summary>Damaged and hostile configurations: settings, or usage errors of a line each.</summary>
public sealed class ConfigMutationTests
{
    private const string Sound = """
        # A run.
        model: arith-base
        out: runs/a
        arithmetic: {count: 40, level: 2}
        steps: 10
        rewards:
          numeric_answer: 1.0
          format: 0.5
        optimizer:
          learning_rate: 1e-4
          warmup_steps: &w 2
        """;

    [Fact]
    public void Files()
    {
        using var folder = new TempFolder();
        string path = folder["c.yaml"];
        MutationRun.Check("configuration (YAML)", Encoding.UTF8.GetBytes(Sound), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                return TrainSettings.Read(ConfigFile.Load(path, ["steps=3"])).Resolved.Count;
            }
            catch (UsageException error)
            {
                // One line for each problem.
                string[] problems = error.Message.Split('\n');
                Assert.All(problems, problem => Assert.Contains("Hint: ", problem, StringComparison.Ordinal));
                throw new InvalidDataException(problems.MaxBy(problem => problem.Length));
            }
        }, words:
        [
            "!!python/object/apply:os.system ['true']", "!<tag:yaml.org,2002:int> ", "&a [*a]", "*w", "? [a, b]\n: c\n", "<<: *w\n", "---\n", "...\n", "- ", "\t",
            "!!binary ", "{", "}", "|", ">", "%YAML 9.9\n", "\"\\x00\"", ".inf", ".nan", "0x7fffffffffffffff",
        ]);
    }

    [Fact]
    public void Names_and_values_of_any_kind_are_a_line_each()
    {
        UsageException error = Assert.Throws<UsageException>(() => TrainSettings.Read(ConfigFile.Parse(
            "c.yaml", "model: m\nout: o\narithmetic: {count: 4}\nsteps: \"1\\t\\n\\e]0;x\"\nrewards: {\"a\\e[2J\\nb\": 1}\n\"k\\ne\\ty\": 1\n")));
        Assert.DoesNotContain(error.Message, unit => char.IsControl(unit) && unit != '\n');
        Assert.Equal(3, error.Message.Split('\n').Length);
    }

    [Theory]
    [InlineData("model: m\narithmetic: {count: 40, level: 2\nsteps: 10\n", "c.yaml:2: not valid YAML (")]
    [InlineData("a: {c\nb: 1}\n", "c.yaml:1: not valid YAML (")]
    [InlineData("a: [1, 2\nb: 1\n", "c.yaml:")]
    public void A_bracket_that_is_never_closed_is_a_mistake_with_its_line(string text, string start) =>
        Assert.StartsWith(start, Problem(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("a: !!python/object/apply:os.system ['touch /tmp/x']")]
    [InlineData("a: !System.IO.FileInfo {fileName: x}")]
    [InlineData("a: !<tag:yaml.org,2002:python/name:os.system> x")]
    public void Tags_make_no_objects(string text)
    {
        ConfigSection section = ConfigFile.Parse("c.yaml", text);
        UsageException error = Assert.Throws<UsageException>(() =>
        {
            _ = section.Integer("a", 1);
            section.Finish();
        });
        Assert.StartsWith("c.yaml:1: 'a' is ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(33)]
    [InlineData(10_000)]
    [InlineData(400_000)]
    public void Deep_nesting_is_refused(int levels)
    {
        foreach (string opening in (string[])["[", "{a: ", "- "])
        {
            Assert.Contains("more than 32 levels within each other", Problem("a: " + (opening == "- " ? "\n" : "")
                + string.Concat(Enumerable.Repeat(opening, levels))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Aliases_of_aliases_take_no_longer_than_their_text()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        ConfigSection section = ConfigFile.Parse("c.yaml", bomb + "b: *a59\n");
        Assert.Empty(section.List("b"));
        Assert.Contains("a key is no plain text", Problem(bomb + "? *a59\n: 1\n"), StringComparison.Ordinal);
        Assert.Contains("a key is no plain text", Problem(bomb + "? [*a59]\n: 1\n"), StringComparison.Ordinal);
        Assert.Contains("a key is no plain text", Problem(bomb + "c: {? {d: *a59} : 1}\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_more_than_a_megabyte_is_refused()
    {
        using var folder = new TempFolder();
        string path = folder.WriteText("c.yaml", "a: " + new string('x', 1 << 20));
        Assert.Contains("expected a configuration", Assert.Throws<UsageException>(() => ConfigFile.Load(path, [])).Message, StringComparison.Ordinal);
    }

    private static string Problem(string text) => Assert.Throws<UsageException>(() => ConfigFile.Parse("c.yaml", text)).Message;
}
