"""Footnotes of a Word document, which python-docx has none of: their part, their marks, and where a mark comes again.

After ECMA-376, part 1: footnotes (17.11), cross-references to them (17.16.5.38, NOTEREF).
"""

import unicodedata
from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt
from docx.styles.style import CharacterStyle
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from app.paper.paper import Note

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
TEXT_STYLE, MARK_STYLE = "footnote text", "footnote reference"
# The lines that Word draws above footnotes; their ids are the ones that it gives them itself.
SEPARATORS = (("separator", -1), ("continuationSeparator", 0))
BOOKMARK = "_RefNote{}"
THIN_SPACE = "\u202f"


class Footnotes:
    """The footnotes of one document: mark them in the order of their numbers, which Word counts by itself."""

    def __init__(self, document: WordDocument, notes: Sequence[Note]) -> None:
        self._document = document
        self._notes = {note.number: note for note in notes}
        self._marked: set[int] = set()
        styles = document.styles
        text = styles.add_style(TEXT_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        text.base_style = styles["Normal"]
        set_size(text, 9)
        text.paragraph_format.space_after = Pt(2)
        mark = styles.add_style(MARK_STYLE, WD_STYLE_TYPE.CHARACTER)
        mark.font.superscript = True
        self._text_style, self._mark_style = text.style_id, mark.style_id

    def mark(self, paragraph: WordParagraph, number: int, *, comma: bool = False) -> None:
        """A mark behind what stands in the paragraph so far; one that comes again leads to the same footnote."""
        if comma:
            self._marking(paragraph).text = ","
        elif paragraph.text[-1:].isdigit():
            paragraph.add_run(THIN_SPACE)  # so that no mark is read as a figure's last digit, or its power
        if number in self._marked:
            self._again(paragraph, number)
            return
        self._marked.add(number)
        name = BOOKMARK.format(number)
        paragraph._p.append(_element("bookmarkStart", id=str(number), name=name))
        self._marking(paragraph)._r.append(_element("footnoteReference", id=str(number)))
        paragraph._p.append(_element("bookmarkEnd", id=str(number)))

    def _again(self, paragraph: WordParagraph, number: int) -> None:
        for kind in ("begin", "instruction", "separate", "shown", "end"):
            run = self._marking(paragraph)
            if kind == "instruction":
                code = OxmlElement("w:instrText")
                code.text = f" NOTEREF {BOOKMARK.format(number)} \\f \\h "
                code.set(qn("xml:space"), "preserve")
                run._r.append(code)
            elif kind == "shown":
                run.text = str(number)
            else:
                run._r.append(_element("fldChar", fldCharType=kind))

    def _marking(self, paragraph: WordParagraph) -> Run:
        run = paragraph.add_run()
        run.style = self._document.styles[MARK_STYLE]
        return run

    def finish(self) -> None:
        """Put the footnotes that were marked into the document."""
        root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        for kind, key in SEPARATORS:
            note = _element("footnote", type=kind, id=str(key))
            paragraph = OxmlElement("w:p")
            run = OxmlElement("w:r")
            run.append(OxmlElement(f"w:{kind}"))
            paragraph.append(run)
            note.append(paragraph)
            root.append(note)
        for number in sorted(self._marked):
            root.append(self._footnote(self._notes[number]))
        package = self._document.part.package
        part = XmlPart(PackURI("/word/footnotes.xml"), CONTENT_TYPE, root, package)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        self._name_separators()

    def _footnote(self, note: Note) -> BaseOxmlElement:
        element = _element("footnote", id=str(note.number))
        paragraph = WordParagraph(OxmlElement("w:p"), self._document._body)
        properties = paragraph._p.get_or_add_pPr()
        properties.append(_element("pStyle", val=self._text_style))
        run = paragraph.add_run()
        run._r.get_or_add_rPr().append(_element("rStyle", val=self._mark_style))
        run._r.append(OxmlElement("w:footnoteRef"))
        paragraph.add_run(" ")
        add_words(paragraph, note.place)
        paragraph.add_run(": “")
        add_words(paragraph, note.quote)
        paragraph.add_run("”")
        element.append(paragraph._p)
        return element

    def _name_separators(self) -> None:
        settings = self._document.settings.element
        named = OxmlElement("w:footnotePr")
        for _, key in SEPARATORS:
            named.append(_element("footnote", id=str(key)))
        # The schema has it before these, whichever is there.
        for following in ("endnotePr", "compat", "docVars", "rsids", "mathPr", "themeFontLang", "clrSchemeMapping"):
            found = next((one for one in settings if one.tag.rpartition("}")[2] == following), None)
            if found is not None:
                found.addprevious(named)
                return
        settings.append(named)


def add_words(paragraph: WordParagraph, words: str) -> Run:
    """A run of text; one that begins in a script that is written from right to left is set so."""
    run = paragraph.add_run(words)
    strong = next((kind for one in words if (kind := unicodedata.bidirectional(one)) in {"L", "R", "AL"}), "L")
    if strong != "L":
        run.font.rtl = True
    return run


def set_size(font_of: Run | CharacterStyle, points: float) -> None:
    """The size of a run or a style, also for scripts that Word sizes apart (Arabic, Hebrew)."""
    font_of.font.size = Pt(points)
    properties = font_of.element.get_or_add_rPr()
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    properties.find(qn("w:sz")).addnext(_element("szCs", val=str(round(points * 2))))


def _element(name: str, /, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element
