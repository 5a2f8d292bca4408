using System.Text.Json.Nodes;
using Hone.Cli.Evaluations;
using Hone.Engine.Kernels;
using Hone.Inference;

namespace Hone.Cli.Running;

/// <summary>A model folder on the engine of this process.</summary>
internal sealed class LocalRunningModel : RunningModel
{
    private readonly CommandContext _context;
    private readonly string _name;
    private readonly LoadedModel _loaded;

    public LocalRunningModel(CommandContext context, string name, int threads, WeightFormat format, bool addSpecialTokens)
    {
        _context = context;
        _name = name;
        _loaded = LoadedModel.Load(context, name, threads, format);
        _loaded.Text.AddSpecialTokens = addSpecialTokens;
    }

    public override ITextModel Text => _loaded.Text;

    public override bool RepeatsSamples => true;

    // Kernel paths differ in the last bits, other models by far more.
    public override double SameScore => 1e-4;

    public override void Introduce() => _context.Introduce(_loaded.Kernels);

    public override JsonObject Identity() => new()
    {
        ["model"] = _name,
        ["model_hash"] = ModelHash.Of(new[] { Models.Folder(_name), Models.BaseFolder(_name) }.Distinct()),
        ["weights"] = _loaded.Model.Format.ToString().ToLowerInvariant(),
        ["kernels"] = _loaded.Kernels.Path.Name(),
    };

    public override void Dispose() => _loaded.Dispose();
}
