namespace Hone.Training.Tests.Rewards.Verification;

/// <summary>Hand-written pairs by topic, one a line: ≡ where the two are one answer, ≢ where they are not.</summary>
internal static class PairTables
{
    internal static readonly IReadOnlyDictionary<string, string> Topics = new Dictionary<string, string>
    {
        ["integers and decimals"] = """
            27 ≡ 27.0
            27 ≡ 027
            27 ≡ 27.
            27 ≡ +27
            27 ≢ 28
            27 ≢ -27
            27 ≢ 270
            27 ≢ 2.7
            27 ≢ 27.0001
            27 ≢ --27
            27 ≢ 2 7
            -0 ≡ 0
            .5 ≡ 0.5
            0.5 ≡ 0.50
            -3 ≡ −3
            -3 ≡ - 3
            1e3 ≡ 1000
            1.5E-3 ≡ 0.0015
            1.2.3 ≢ 1.23
            0.1 ≢ 0.1000000000000000055511151231257827
            9007199254740993 ≢ 9007199254740992
            0.\overline{3} ≡ \frac13
            0.1\overline{36} ≡ \frac{3}{22}
            0.\overline{9} ≡ 1
            0.333333333333333333333333333333 ≢ \frac13
            2.5 ≢ 2.05
            twenty-seven ≢ 27
            """,
        ["thousands"] = """
            1,234 ≡ 1234
            1{,}234 ≡ 1234
            1\,234 ≡ 1234
            1,\!234 ≡ 1234
            11,\! 111,\! 111,\! 100 ≡ 11111111100
            1,234,567.5 ≡ 1234567.5
            \$32,\!348 ≡ 32348
            1,234 ≢ 1.234
            1234 ≢ 12,34
            1234 ≢ 1 234
            123 ≢ 0,123
            0.123 ≢ 0,123
            1,23 ≢ 123
            (1,234) ≢ 1234
            (1,234) ≡ (1, 234)
            \{1,234\} ≡ \{234,1\}
            \frac{1,234}{2} ≡ 617
            """,
        ["percent"] = """
            50\% ≡ 50%
            50% ≡ 50
            50% ≡ 0.5
            50\% ≡ \frac12
            50\% ≡ 50.0 \%
            50% ≢ 5
            50% ≢ 5000
            50% ≢ 51%
            0.5% ≢ 50%
            50% ≢ 50 cm
            """,
        ["units"] = """
            12 ≡ 12 eggs
            12\text{ eggs} ≡ 12 egg
            12 eggs ≢ 12 apples
            12 eggs ≢ 13 eggs
            15\mbox{ cm}^2 ≡ 15
            15\mbox{ cm}^2 ≡ 15 \text{ square centimeters}
            15\text{ cm}^2 ≢ 15\text{ cm}
            15\text{ cm}^2 ≢ 15\text{ cm}^3
            864 \mbox{ inches}^2 ≡ 864 \text{ in}^2
            3 cm ≡ 3\,\mathrm{cm}
            3 m/s ≢ 4 m/s
            3\text{ m/s} ≡ 3 \text{ meters per second}
            3\text{ m} ≢ 3\text{ km}
            100\text{ cm} ≢ 1\text{ m}
            30^\circ ≡ 30
            30^{\circ} ≡ 30°
            30^\circ ≡ 30 \text{ degrees}
            30^\circ ≢ 31^\circ
            30^\circ ≢ 30 \text{ cm}
            30^\circ ≢ \frac{\pi}{6}
            \frac{270}7\text{ degrees} ≡ \frac{270}{7}
            \$18.90 ≡ 18.9
            \$18.90 ≡ 18.90 dollars
            $18 ≡ 18
            -$18 ≡ -18
            \$18 ≢ 18 cents
            $18 ≢ 18 cents
            £18 ≢ \$18
            5.4 \text{ cents} ≡ 5.4
            12 men ≡ 12
            40 mph ≡ 40 \text{ mph}
            2 hours ≢ 2 minutes
            """,
        ["fractions"] = """
            \frac{1}{2} ≡ 0.5
            \dfrac{1}{2} ≡ 1/2
            \tfrac12 ≡ 1/2
            \frac12 ≡ \frac{1}{2}
            \frac 34 ≡ 0.75
            \frac9{19} ≡ 9/19
            \frac{270}7 ≡ 270/7
            \frac{2}{4} ≡ \frac{1}{2}
            \frac{-1}{2} ≡ -\frac12
            \frac{1}{-2} ≡ -\frac12
            -\frac{-1}{2} ≡ \frac12
            \frac{1}{2} ≢ \frac{2}{1}
            \frac{1}{2} ≢ 2
            \frac{1}{3} ≢ 0.33
            \frac{1}{3} ≢ 0.3333333333333333
            4/2 ≡ 2
            1/2/2 ≡ 1/4
            1/0 ≢ 2/0
            1/0 ≢ 0
            3\frac12 ≡ 3.5
            3\frac{1}{2} ≡ \frac{7}{2}
            3 1/2 ≡ 7/2
            137 \frac{1}{2} ≡ 137.5
            -3\frac12 ≡ -3.5
            1\frac{4}{5} ≡ 1.8
            3\frac12 ≢ \frac32
            3\frac12 ≢ 1.5
            3\frac{4}{3} ≢ 4
            3\frac{4}{3} ≢ \frac{13}{3}
            3 1/2 ≢ 31/2
            \frac{\frac12}{3} ≡ \frac16
            \frac{1}{\frac{1}{2}} ≡ 2
            \frac{11+9a}{20} ≡ \frac{9a+11}{20}
            \cfrac{1}{2} ≡ 0.5
            """,
        ["powers"] = """
            2^{10} ≡ 1024
            2^10 ≡ 1024
            2^{-1} ≡ 0.5
            2^-1 ≡ \frac12
            2**3 ≡ 8
            10² ≡ 100
            (-2)^2 ≡ 4
            -2^2 ≡ -4
            -2^2 ≢ 4
            2^{3^2} ≡ 512
            2^{3^2} ≢ 64
            8^{1/3} ≡ 2
            8^{\frac{2}{3}} ≡ 4
            (-8)^{1/3} ≡ -2
            2^{\frac12} ≡ \sqrt2
            1.2\times10^3 ≡ 1200
            1.2 \cdot 10^{-3} ≡ 0.0012
            1.2 × 10^3 ≡ 1.2e3
            1.2\times10^3 ≢ 1.2\times10^4
            2^{100} ≢ 2^{100}+1
            2^{1000} ≢ 2^{1001}
            2^{0} ≡ 1
            0^0 ≢ 1
            5! ≡ 120
            5! ≢ 121
            \binom{5}{2} ≡ 10
            \binom52 ≡ 10
            """,
        ["roots"] = """
            \sqrt{4} ≡ 2
            \sqrt2 ≡ \sqrt{2}
            \sqrt 2 ≡ 2^{1/2}
            \sqrt[3]{8} ≡ 2
            \sqrt[3]{-8} ≡ -2
            \sqrt[3]{2} ≡ 2^{1/3}
            \sqrt[3]{2} ≢ \sqrt{2}
            \sqrt{8} ≡ 2\sqrt{2}
            \sqrt{8} ≡ 2*sqrt(2)
            \sqrt{8} ≡ 2√2
            11\sqrt2 ≡ \sqrt{242}
            \frac{\sqrt{3}}{3} ≡ \frac{1}{\sqrt3}
            \frac{1}{1+\sqrt{2}} ≡ \sqrt{2}-1
            \sqrt{3+2\sqrt2} ≡ 1+\sqrt2
            \sqrt{2}+\sqrt{3} ≢ \sqrt{5}
            \sqrt{2}+\sqrt{3} ≡ \sqrt{5+2\sqrt{6}}
            \sqrt{2} ≢ 1.41421356237309504880168872420969807856967187537694
            \sqrt{2} ≢ 1.4142135623730950488016887242096980785696718753769480731766797379907324784621070388503875343276415727
            \sqrt{2} ≢ -\sqrt{2}
            \sqrt{2} + 10^{-400} ≢ \sqrt{2}
            10^{-400}\sqrt{2} ≢ 0
            \sqrt{2}^2 ≡ 2
            \sqrt{-4} ≡ 2i
            11 \sqrt{5} + 11 ≡ 11(1+\sqrt5)
            \sqrt{\frac{1}{4}} ≡ 0.5
            \sqrt[4]{16} ≡ 2
            """,
        ["pi and e"] = """
            \pi ≡ π
            2\pi ≡ 2*pi
            2\pi ≡ \pi\cdot 2
            \frac{\pi}{2} ≡ \frac12\pi
            \pi ≢ 3.14
            \pi ≢ 3.141592653589793
            \pi ≢ \frac{22}{7}
            \pi ≢ 3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798
            288 \pi ≡ 288π
            18+2\pi ≡ 2(\pi+9)
            e ≢ 2.718281828459045
            e^2 ≡ e\cdot e
            e^{\ln 3} ≡ 3
            \ln e ≡ 1
            \ln 8 ≡ 3\ln 2
            \log_2 8 ≡ 3
            \log_{10} 100 ≡ 2
            \ln 2 ≢ \log 2
            e^{i\pi} ≡ -1
            e^{\pi\sqrt{163}} ≢ 262537412640768744
            \sin \frac{\pi}{6} ≡ \frac12
            \sin 30^\circ ≡ \frac12
            \sin 30 ≢ \frac12
            \cos\frac{\pi}{4} ≡ \frac{\sqrt2}{2}
            \tan 45^\circ ≡ 1
            \arctan 1 ≡ \frac{\pi}{4}
            \sin^{-1} 1 ≡ \frac{\pi}{2}
            \arccos\frac12 ≡ \frac{\pi}{3}
            4\arctan\frac15-\arctan\frac1{239} ≡ \frac{\pi}{4}
            \sin^2 1 + \cos^2 1 ≡ 1
            \frac{20000}{\pi} ≢ 6366.2
            """,
        ["complex numbers"] = """
            6 - 5i ≡ -5i+6
            6 - 5i ≢ 6 + 5i
            1+274i ≡ 274i+1
            i^2 ≡ -1
            (1+i)^2 ≡ 2i
            \frac{1}{i} ≡ -i
            |3+4i| ≡ 5
            \frac{1+i}{\sqrt2} ≡ e^{i\pi/4}
            -2 + 7i ≡ 7i - 2
            i ≢ 1
            i ≢ -i
            """,
        ["algebra"] = """
            2x+3 ≡ 3+2x
            2x+3 ≡ 3 + 2 \cdot x
            2x+3 ≢ 2x-3
            2x+3 ≢ 2y+3
            2x ≢ 2X
            (x+1)^2 ≡ x^2+2x+1
            (x+1)^2 ≢ x^2+1
            (a+5)(b+2) ≡ ab+2a+5b+10
            (a+5)(b+2) ≡ (b+2)(a+5)
            x^3+3x-6 ≡ 3x + x^3 - 6
            6r^2-4r-24 ≡ 2(3r^2-2r-12)
            \frac{x^2-1}{x-1} ≡ x+1
            \frac{1}{x}+\frac{1}{y} ≡ \frac{x+y}{xy}
            x^{-1} ≡ \frac1x
            \sqrt{x^2} ≢ x
            \sqrt{x^2} ≡ |x|
            \sqrt[3]{x^3} ≡ x
            \sqrt{x} ≡ x^{1/2}
            \cot x ≡ \frac{\cos x}{\sin x}
            \cot x ≡ \cot(x)
            \cot x ≢ \tan x
            \sin 2x ≡ 2\sin x\cos x
            \sin^2 x ≡ 1-\cos^2 x
            \sin^2 x ≡ (\sin x)^2
            \ln(x^2) ≢ 2\ln x
            2^{n+1} ≡ 2 \cdot 2^n
            2^{n+1} ≢ 2^n+1
            p - q ≡ -q+p
            p - q ≢ q - p
            xy ≡ yx
            xy ≡ x \cdot y
            5r^5 ≢ 5r^4
            x_1+x_2 ≡ x_{2}+x_{1}
            x_1 ≢ x_2
            \alpha+\beta ≡ \beta+\alpha
            1/2x ≢ \frac{1}{2x}
            1/2x ≢ \frac{x}{2}
            x/2 ≡ \frac12 x
            x^{100}+1 ≢ x^{100}
            x^8 + x^7 + x^6 + x^5 + x^4 + x^3 + x^2 + x + 1 ≡ \frac{x^9-1}{x-1}
            3R^2 ≡ 3 R^{2}
            x - x + 1 ≡ 1
            n! ≢ n
            """,
        ["tuples and intervals"] = """
            (1,2) ≡ (1, 2)
            (1,2) ≡ \left( 1 , 2 \right)
            (1,2) ≢ (2,1)
            (1,2) ≢ [1,2]
            (1,2) ≢ (1,2]
            (1,2) ≢ (1,2,3)
            (1,2) ≢ \{1,2\}
            (1,2) ≢ 1,2
            (1,2] ≡ \left(1,2\right]
            (\frac12, 0.5) ≡ (0.5, \frac{1}{2})
            \left( 3, \frac{\pi}{2} \right) ≡ (3, \pi/2)
            (3,4] ≢ [3,4)
            (-\infty, 0] ≡ (-∞,0]
            (5,\infty) ≡ (5,+\infty)
            (5,\infty) ≢ (5,-\infty)
            (5,\infty) ≢ [5,\infty)
            (5,\infty) ≡ (5, infinity)
            (-\infty, 2) \cup (3, \infty) ≡ (3,\infty)\cup(-\infty,2)
            (-\infty, 2) \cup (3, \infty) ≡ (-\infty,2) U (3,\infty)
            (-\infty, 2) \cup (3, \infty) ≢ (-\infty,2) \cup (4,\infty)
            (0,9) \cup (9,36) ≢ (0,36)
            x \in [-2,7] ≡ [-2,7]
            -2 \le x \le 7 ≡ [-2,7]
            -2 \leq x < 7 ≡ [-2,7)
            7 \ge x \ge -2 ≡ [-2,7]
            x > 3 ≡ (3,\infty)
            x \le 3 ≡ (-\infty,3]
            3 < x ≡ x > 3
            x > 3 ≢ x \ge 3
            x > 3 ≢ y > 3
            x > 3 ≢ x < 3
            \langle 1,2\rangle ≢ (1,2)
            """,
        ["sets and several answers"] = """
            1,-2 ≡ -2,1
            1,-2 ≢ 1,2
            1,2 ≢ 1,2,3
            1,1 ≢ 1
            3, 5, 7 ≡ 7, 5, 3
            3, 5, 7 ≡ 3, 5 and 7
            3, 5, 7 ≡ 3, 5, \text{ and } 7
            \{1,2\} ≡ \{2,1\}
            \{1,2\} ≡ \{2,1,1\}
            \{1,2\} ≢ \{1,3\}
            \{1,2\} ≡ 1,2
            \left\{\frac12, 3\right\} ≡ \{3, 0.5\}
            \{\} ≡ \emptyset
            \{\} ≢ \{0\}
            (1,2),(3,4) ≡ (3,4), (1,2)
            (1,2),(3,4) ≢ (1,3),(2,4)
            1 \pm \sqrt{19} ≡ 1+\sqrt{19}, 1-\sqrt{19}
            1 \pm \sqrt{19} ≡ 1 \mp \sqrt{19}
            1 \pm \sqrt{19} ≢ 1+\sqrt{19}
            \pm 3 ≡ 3,-3
            \pm 3 ≡ -3, 3
            \pm 3 ≢ 3
            \pm 3 ≡ \{-3,3\}
            x = \pm 3 ≡ \pm 3
            \{1\pm\sqrt{5},-2\} ≡ -2, 1+\sqrt5, 1-\sqrt5
            1 \pm 2 ≡ 3, -1
            \pm 1 \mp 2 ≡ 1, -1
            x=1 \text{ or } x=2 ≡ 1, 2
            """,
        ["equations"] = """
            x = 3 ≡ 3
            x=3 ≡ x = 3
            x=3 ≡ 3 = x
            x = 3 ≢ y = 3
            x = 3 ≢ 4
            x=5 ≢ x=-5
            y = 2x+3 ≡ 2x + 3
            y = 2x+3 ≡ y = 3+2x
            y = 2x+3 ≡ y - 2x = 3
            y = 2x+3 ≡ 2x - y + 3 = 0
            y = 2x+3 ≢ y = 2x-3
            5x - 7y + 11z + 4 = 0 ≡ -5x+7y-11z-4=0
            5x - 7y + 11z + 4 = 0 ≡ 10x - 14y + 22z = -8
            5x - 7y + 11z + 4 = 0 ≢ 5x - 7y + 11z - 4 = 0
            x^2+y^2=1 ≡ y^2 = 1-x^2
            x^2+y^2=1 ≢ x+y=1
            f(x) = 2x ≡ 2x
            f(x) = 2x ≡ f(x)=x+x
            f(x) = 2x ≢ g(x) = 2x
            x=1, y=2 ≡ y=2, x=1
            x=1, y=2 ≢ y=1, x=2
            1+1=2 ≢ 3
            """,
        ["matrices"] = """
            \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} ≡ \begin{bmatrix}1&2\\3&4\end{bmatrix}
            \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} ≢ \begin{pmatrix}1&3\\2&4\end{pmatrix}
            \begin{pmatrix} -1/3 \\ 2/3 \\ 5/3 \end{pmatrix} ≡ \begin{pmatrix} -\frac13 \\ \frac23 \\ \frac53 \\ \end{pmatrix}
            \begin{pmatrix} 1 \\ 2 \end{pmatrix} ≢ \begin{pmatrix} 1 & 2 \end{pmatrix}
            \begin{pmatrix} 1 \\ 2 \end{pmatrix} ≢ (1,2)
            \begin{array}{cc}1&2\end{array} ≡ \begin{matrix}1&2\end{matrix}
            2\begin{pmatrix} 1 \\ 2 \end{pmatrix} ≢ \begin{pmatrix} 1 \\ 2 \end{pmatrix}
            """,
        ["text and choices"] = """
            \text{(A)} ≡ A
            \text{(A)} ≡ (A)
            \text{(A)} ≡ (a)
            \text{(A)} ≡ A.
            \text{(A)} ≡ \textbf{(A)}
            \text{(A)} ≡ \mathrm{(A)}
            (A) ≡ option A
            (A) ≡ A)
            \text{(A)} ≢ \text{(B)}
            (A) ≢ B
            A ≢ a
            \text{Evelyn} ≡ evelyn
            \text{Evelyn} ≡ Evelyn.
            \text{Evelyn} ≢ Evelin
            \text{east} ≡ East
            \text{east} ≢ west
            \text{even} ≢ odd
            yes ≡ Yes
            no ≢ yes
            \text{no} ≡ No
            \text{New York} ≡ new  york
            **5** ≡ 5
            Monday ≢ Tuesday
            \text{ellipse} ≢ \text{hyperbola}
            """,
        ["bases, times, ratios"] = """
            101_2 ≡ 101_{2}
            101_2 ≢ 101_3
            101_2 ≢ 101
            101_2 ≢ 110_2
            101_2 ≢ 5
            204_5 ≡ 204_{5}
            2516_8 ≢ 2516_9
            3:30 ≡ 3:30
            3:30 ≡ 03:30
            3:30 ≡ 3:30 pm
            3:30 \text{ am} ≢ 3:30 pm
            3:30 ≢ 3:31
            3:30 ≢ 330
            3:2 ≢ 2:3
            """,
        ["noise"] = """
            $5$ ≡ 5
            $$5$$ ≡ 5
            \(5\) ≡ 5
            \[5\] ≡ 5
            $5.$ ≡ 5
            \displaystyle \frac12 ≡ \frac12
            {5} ≡ 5
            \boxed{5} ≡ 5
            \mathbf{5} ≡ 5
            5\! ≡ 5
            \;5\; ≡ 5
            \left(x+1\right)^2 ≡ (x+1)^2
            \bigl(x+1\bigr)^2 ≡ (x+1)^2
            3~\text{cm} ≡ 3 cm
            x\,y ≡ xy
            2\cdot 3 ≡ 6
            2\times 3 ≡ 2*3
            2·3 ≡ 6
            6 ÷ 2 ≡ 3
            6 \div 2 ≡ 3
            \lfloor 2.5 \rfloor ≡ 2
            \lceil 2.5 \rceil ≡ 3
            \left|-3\right| ≡ 3
            5, ≢ 5
            ( ≢ )
            \foo{3} ≢ 3
            """,
    };
}
