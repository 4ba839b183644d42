"""Tables ready for a paper: LaTeX with rules as printers set them, numbers and words as on the study page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.messages import translate
from geo_urban.outputs import write_text
from geo_urban.studies.report import shown_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geo_urban.studies.report import TableSection

__all__ = ["LATEX", "paper_table", "write_paper_tables"]

LATEX = "tables/latex"

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "²": "$^2$",
    "≥": r"$\ge$",
}


def write_paper_tables(sections: Sequence[TableSection], folder: Path) -> None:
    """Write each table of the study page as the LaTeX file that the page links to.

    Parameters
    ----------
    sections
        Tables of the page; one without such a link is left out.
    folder
        Folder of the study.
    """
    for section in sections:
        if section.latex:
            write_text(paper_table(section), folder / section.latex)


def paper_table(section: TableSection) -> str:
    r"""Return a table as LaTeX, in the language in force.

    Needs the packages `booktabs`, and for Chinese `ctex`. Rows beyond those of the page are left out; a note says so.

    Parameters
    ----------
    section
        Table with its title and words.

    Returns
    -------
    str
        A ``table`` environment.

    Examples
    --------
    >>> import pandas as pd
    >>> from geo_urban.studies.report import TableSection
    >>> table = pd.DataFrame({"units_share": [0.25]}, index=pd.Index(["A & B"], name="name"))
    >>> print(paper_table(TableSection(title="Units", table=table)))
    \begin{table}
      \caption{Units}
      \begin{tabular}{lr}
        \toprule
        name & units\_share \\
        \midrule
        A \& B & 25.00\% \\
        \bottomrule
      \end{tabular}
    \end{table}
    <BLANKLINE>
    """
    shown = shown_table(section.table, section.labels)
    columns = "".join("r" if numeric else "l" for _, numeric in shown["heads"])
    lines = [
        r"\begin{table}",
        rf"  \caption{{{_escaped(translate(section.title))}}}",
        rf"  \begin{{tabular}}{{{columns}}}",
        r"    \toprule",
        "    " + _row(head for head, _ in shown["heads"]),
        r"    \midrule",
        *("    " + _row(cell.text for cell in row) for row in shown["rows"]),
        r"    \bottomrule",
        r"  \end{tabular}",
    ]
    if shown["more"]:
        note = translate("{count} more rows are in the file.", count=shown["more"])
        lines.append(rf"  \par\footnotesize {_escaped(note)}")
    return "\n".join([*lines, r"\end{table}", ""])


def _row(texts: Iterable[str]) -> str:
    return " & ".join(_escaped(text) for text in texts) + r" \\"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
