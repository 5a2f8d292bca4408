using System.Collections.Frozen;

namespace Hone.Training.Rewards.Verification;

/// <summary>What LaTeX's commands and Unicode's signs mean in an answer.</summary>
internal static class LatexCommands
{
    /// <summary>Changes how an answer looks and nothing else.</summary>
    internal static readonly FrozenSet<string> Noise = FrozenSet.ToFrozenSet(
    [
        "big", "Big", "bigg", "Bigg", "bigl", "Bigl", "biggl", "Biggl", "bigr", "Bigr", "biggr", "Biggr", "displaystyle",
        "textstyle", "scriptstyle", "limits", "nolimits", "quad", "qquad", "rm", "bf", "it", "thinspace", "!", ",", ";", ":", ">", " ",
        "(", ")", "[", "]",
    ]);

    /// <summary>Their argument is text.</summary>
    internal static readonly FrozenSet<string> Texts = FrozenSet.ToFrozenSet(
        ["text", "mbox", "hbox", "textbf", "textit", "textrm", "textup", "textnormal", "texttt", "textsf"]);

    /// <summary>Their argument is mathematics in another typeface, or in a box.</summary>
    internal static readonly FrozenSet<string> Typefaces = FrozenSet.ToFrozenSet(
    [
        "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathnormal", "boldsymbol", "bm", "operatorname", "boxed", "fbox", "ensuremath",
    ]);

    /// <summary>Commands and Unicode's signs by the plain sign that they stand for.</summary>
    internal static readonly FrozenDictionary<string, string> Signs = new Dictionary<string, string>
    {
        ["cdot"] = "*", ["times"] = "*", ["ast"] = "*", ["div"] = "/", ["pm"] = "±", ["mp"] = "∓", ["le"] = "<=", ["leq"] = "<=",
        ["leqslant"] = "<=", ["ge"] = ">=", ["geq"] = ">=", ["geqslant"] = ">=", ["lt"] = "<", ["gt"] = ">", ["ne"] = "!=",
        ["neq"] = "!=", ["in"] = "in", ["cup"] = "cup", ["infty"] = "infinity", ["pi"] = "pi", ["circ"] = "deg", ["degree"] = "deg",
        ["lbrace"] = "\\{", ["rbrace"] = "\\}", ["{"] = "\\{", ["}"] = "\\}", ["lbrack"] = "[", ["rbrack"] = "]", ["langle"] = "<|",
        ["rangle"] = "|>", ["lvert"] = "|", ["rvert"] = "|", ["vert"] = "|", ["mid"] = "|", ["lfloor"] = "floor(", ["rfloor"] = ")floor",
        ["lceil"] = "ceil(", ["rceil"] = ")ceil", ["%"] = "%", ["$"] = "$", ["emptyset"] = "empty", ["varnothing"] = "empty",
        ["colon"] = ":", ["\\"] = "\\\\", ["frac"] = "frac", ["dfrac"] = "frac", ["tfrac"] = "frac", ["cfrac"] = "frac",
        ["sqrt"] = "sqrt", ["binom"] = "binom", ["dbinom"] = "binom", ["tbinom"] = "binom", ["&"] = "and",
        ["−"] = "-", ["–"] = "-", ["×"] = "*", ["·"] = "*", ["⋅"] = "*", ["∙"] = "*", ["÷"] = "/", ["∕"] = "/", ["⁄"] = "/",
        ["±"] = "±", ["∓"] = "∓", ["≤"] = "<=", ["≥"] = ">=", ["⩽"] = "<=", ["⩾"] = ">=", ["≠"] = "!=", ["∈"] = "in", ["∪"] = "cup",
        ["∞"] = "infinity", ["π"] = "pi", ["°"] = "deg", ["º"] = "deg", ["√"] = "sqrt", ["∅"] = "empty", ["⟨"] = "<|", ["⟩"] = "|>",
        ["£"] = "£", ["€"] = "€",
    }.ToFrozenDictionary();

    /// <summary>Greek letters, as commands, by the letter; they are variables.</summary>
    internal static readonly FrozenDictionary<string, string> Letters = new Dictionary<string, string>
    {
        ["alpha"] = "α", ["beta"] = "β", ["gamma"] = "γ", ["delta"] = "δ", ["epsilon"] = "ε", ["varepsilon"] = "ε", ["zeta"] = "ζ",
        ["eta"] = "η", ["theta"] = "θ", ["vartheta"] = "θ", ["iota"] = "ι", ["kappa"] = "κ", ["lambda"] = "λ", ["mu"] = "μ", ["nu"] = "ν",
        ["xi"] = "ξ", ["rho"] = "ρ", ["sigma"] = "σ", ["tau"] = "τ", ["upsilon"] = "υ", ["phi"] = "φ", ["varphi"] = "φ", ["chi"] = "χ",
        ["psi"] = "ψ", ["omega"] = "ω", ["Gamma"] = "Γ", ["Delta"] = "Δ", ["Theta"] = "Θ", ["Lambda"] = "Λ", ["Xi"] = "Ξ", ["Sigma"] = "Σ",
        ["Phi"] = "Φ", ["Psi"] = "Ψ", ["Omega"] = "Ω", ["ell"] = "ℓ", ["imath"] = "i",
    }.ToFrozenDictionary();

    /// <summary>Functions of one argument, as commands and as plain words.</summary>
    internal static readonly FrozenSet<string> Functions = FrozenSet.ToFrozenSet(
    [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "log", "lg", "exp",
    ]);

    /// <summary>Plain words that are signs.</summary>
    internal static readonly FrozenDictionary<string, string> PlainWords = new Dictionary<string, string>
    {
        ["pi"] = "pi", ["sqrt"] = "sqrt", ["infinity"] = "infinity", ["infty"] = "infinity", ["inf"] = "infinity",
    }.ToFrozenDictionary();

    /// <summary>Raised digits by the digit.</summary>
    internal const string RaisedDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
}
