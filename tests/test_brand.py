"""One file for colours, letters and logo: its faults are told, and what it says is found in all that is made."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import matplotlib
import numpy as np
import pypdfium2
import pytest
import yaml
from conftest import front_door
from docx.oxml.ns import qn
from lxml import html
from PIL import Image
from pypdf import PdfReader
from test_pdf import elements

from helpers import brand, paths
from helpers.errors import MonitorError, Problems

OTHER = "#7a1f5c"
SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40" viewBox="0 0 120 40">
<rect width="120" height="40" fill="{OTHER}"/></svg>"""
ALT = 'Bureau "A & B" <b> $x$ #y'


def declared():
    return yaml.safe_load((paths.ROOT / "_brand.yml").read_text(encoding="utf-8"))


def write(folder: Path, content: dict) -> Path:
    path = folder / "_brand.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def changed(folder: Path, **palette: str) -> Path:
    """The project's brand with other colours."""
    content = declared()
    content["color"]["palette"] |= palette
    return write(folder, content)


def with_logo(folder: Path, kind: str) -> Path:
    """The project's brand with a logo."""
    picture = folder / f"merk.{kind}"
    if kind == "svg":
        picture.write_text(SVG, encoding="utf-8")
    else:
        Image.new("RGB", (360, 120), OTHER).save(picture)
    logo = {"images": {"merk": {"path": picture.name, "alt": ALT}}, "medium": "merk"}
    return write(folder, {**declared(), "logo": logo})


def made(file: Path, folder: Path) -> Path:
    """What ``branded.py`` makes in a brand."""
    folder.mkdir()
    command = [sys.executable, str(Path(__file__).with_name("branded.py")), str(folder)]
    done = subprocess.run(
        command, env={**os.environ, "MIV_BRAND": str(file)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    """Made in the project's own brand; not to be changed."""
    return made(paths.ROOT / "_brand.yml", tmp_path_factory.mktemp("plain") / "made")


def archive(path: Path) -> str:
    """All XML of a Word document or a workbook."""
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8") for name in parts.namelist() if name.endswith(".xml"))


def inked(path: Path, colour: str) -> list[int]:
    """Pixels of exactly a colour on each page of a PDF."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [np.asarray(page.render(scale=1.5).to_pil().convert("RGB")) for page in document]
    return [int((page == brand.channels(colour)).all(axis=2).sum()) for page in pages]


@pytest.fixture(scope="module")
def accented(tmp_path_factory) -> Path:
    """Made with another accent, which is the sector's colour in figures too."""
    root = tmp_path_factory.mktemp("accent")
    return made(changed(root, accent=OTHER, sector="accent"), root / "made")


@pytest.fixture(scope="module", params=["svg", "png"])
def marked(request, tmp_path_factory) -> Path:
    """Made with a logo."""
    root = tmp_path_factory.mktemp("logo")
    return made(with_logo(root, request.param), root / "made")


class TestAnotherAccent:
    def test_figures(self, accented, plain):
        new, old = ((each / "unit/figures/fig-proef.svg").read_text("utf-8") for each in (accented, plain))
        sector = brand.load().colour("sector")
        assert sector in old and OTHER not in old
        assert OTHER in new and sector not in new

    @pytest.mark.parametrize("page", ["sector/index.html", "sector/1-hoofdstuk.html", "institution/index.html"])
    def test_pages(self, accented, plain, page):
        accent = brand.load().colour("primary")
        new, old = ((each / page).read_text("utf-8") for each in (accented, plain))
        assert f"--accent: {OTHER};" in new and accent not in new
        assert f"--accent: {accent};" in old and OTHER not in old

    def test_pdf(self, accented, plain):
        accent, chapter = brand.load().colour("primary"), 3
        new, old = (
            [inked(each / "institution/report.pdf", one) for one in (OTHER, accent)] for each in (accented, plain)
        )
        for found, lost in (new, reversed(old)):
            assert found[0] > 300 and found[chapter] > 300, "the title page's line, and a table's"
            assert not any(lost)

    @pytest.mark.parametrize("file", ["sector/report.docx", "institution/report.docx", "gegevens.xlsx"])
    def test_word_and_excel(self, accented, plain, file):
        accent, other = brand.load().plain("primary"), OTHER[1:].upper()
        new, old = archive(accented / file), archive(plain / file)
        assert other in new and accent not in new
        assert accent in old and other not in old

    def test_quarto_gets_it_too(self, accented):
        for source in (accented / "sector-source/site", accented / "institution-source/document"):
            assert f"--accent: {OTHER};" in (source / "templates/tokens.css").read_text("utf-8")
            assert f'#let accent = rgb("{OTHER}")' in (source / "templates/style.typ").read_text("utf-8")


class TestLogo:
    @pytest.mark.parametrize("page", ["sector/index.html", "sector/1-hoofdstuk.html", "institution/index.html"])
    def test_it_is_in_the_head_of_every_page(self, marked, page):
        found = html.parse(str(marked / page)).getroot().xpath("//header//img")
        assert [one.get("alt") for one in found] == [ALT]
        assert found[0].get("src").startswith("data:image/")
        assert ".miv-logo" in (marked / page).read_text("utf-8")

    def test_it_is_on_the_title_page_of_the_pdf(self, marked):
        texts = [element.get("/Alt") for element, _ in elements(PdfReader(marked / "institution/report.pdf"))]
        assert ALT in texts
        pixels = inked(marked / "institution/report.pdf", OTHER)
        assert pixels[0] > 5000 and not any(pixels[1:])

    def test_it_is_on_the_title_page_of_the_word_document(self, marked):
        document = docx.Document(str(marked / "institution/report.docx"))
        first = document.paragraphs[0]._p
        assert [one.get("descr") for one in first.iter(qn("wp:docPr"))] == [ALT]
        picture = document.part.related_parts[next(first.iter(qn("a:blip"))).get(qn("r:embed"))]
        assert Image.open(io.BytesIO(picture.blob)).convert("RGB").getpixel((30, 30)) == brand.channels(OTHER)
        assert document.inline_shapes[0].height.mm == pytest.approx(brand.LOGO_HEIGHT, abs=0.1)
        ids = [one.get("id") for one in document.element.body.iter(qn("wp:docPr"))]
        assert len(ids) == len(set(ids))

    def test_quarto_gets_it_for_its_bar(self, marked):
        site = marked / "sector-source/site"
        bar = yaml.safe_load((site / "_quarto-site.yml").read_text("utf-8"))["website"]["navbar"]
        assert bar["logo-alt"] == ALT
        assert (site / bar["logo"]).is_file()

    def test_without_one_there_is_none(self, plain):
        assert not html.parse(str(plain / "sector/index.html")).getroot().xpath("//header//img")
        assert "logo" not in (plain / "sector/index.html").read_text("utf-8")
        document = docx.Document(str(plain / "institution/report.docx"))
        assert document.paragraphs[0].style.name == "Kicker"
        assert "logo" not in (plain / "sector-source/site/_quarto-site.yml").read_text("utf-8")


def test_other_letters_in_pdf_figures_word_and_pages(tmp_path, plain):
    """A family whose files stand beside the brand."""
    ttf = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    content = declared()
    files = ["huis.ttf", "huis-vet.ttf"]
    for name, file in zip(files, ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"), strict=True):
        shutil.copyfile(ttf / file, tmp_path / name)
    content["typography"] = {"fonts": [{"family": "DejaVu Serif", "source": "file", "files": files}]}
    content["typography"]["base"] = "DejaVu Serif"
    content["defaults"]["miv"] = {"web": {"base": "Huis, serif", "monospace": "Vast"}, "office": {"base": "Huis"}}
    folder = made(write(tmp_path, content), tmp_path / "made")
    page = PdfReader(folder / "institution/report.pdf").pages[3]
    assert {str(font.get_object()["/BaseFont"])[8:19] for font in page["/Resources"]["/Font"].values()} == {
        "DejaVuSerif"
    }
    drawings = [(each / "unit/figures/fig-proef.svg").read_text("utf-8") for each in (folder, plain)]
    assert "DejaVuSerif" in drawings[0] and "DejaVuSans" in drawings[1]
    assert not [one for one in drawings if "DejaVuSerif" in one and "DejaVuSans" in one]
    assert "--sans: Huis, serif;" in (folder / "sector/index.html").read_text("utf-8")
    assert docx.Document(str(folder / "institution/report.docx")).styles["Normal"].font.name == "Huis"


def test_letters_that_are_of_another_family(tmp_path):
    content = declared()
    content["typography"]["fonts"][0]["files"].append("DejaVuSerif.ttf")
    found = brand.load(write(tmp_path, content))
    with pytest.raises(MonitorError, match="DejaVuSerif.ttf holds DejaVu Serif; allowed: files of DejaVu Sans"):
        found.letters()


def put(content: dict, key: str, value: object) -> None:
    *way, last = key.split(".")
    for step in way:
        content = content[step]
    content[last] = value


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("colour", {}, "key colour: found an unknown key; .* Did you mean 'color'"),
        ("typography.headings", "Rubik", "key typography.headings: found an unknown key"),
        ("color.palette.accent", "#12345", 'key color.palette.accent: found .#12345.; allowed: a colour as "#rrggbb"'),
        ("color.palette.accent", None, "key color.palette.accent: found nothing; .*Without quotes, # begins a comment"),
        ("color.palette.accent", "inkt", "key color.palette.accent: found 'inkt'.*Did you mean 'ink'"),
        ("color.palette.Huis", "#123456", "key color.palette.Huis: found this name; allowed: small letters"),
        ("color.primary", "#0b4f7d", "key color.primary: found '#0b4f7d'; allowed: a name in color.palette"),
        (
            "color.palette.accent",
            "#7fb2d0",
            r"key color.primary: .*stands out 2.3:1 from background \(#ffffff\).*4.5:1",
        ),
        ("color.palette.ink-dark", "#444444", r"key color.palette.ink-dark: .* from paper-dark"),
        ("color.palette.own", "#f0a040", r"key color.palette.own: .* from white .*4.5:1"),
        ("color.palette.unsafe-light", "#5e2471", "key color.palette.unsafe: .*0 steps of lightness from unsafe-light"),
        ("typography.base", "Rubik", "key typography.base: found 'Rubik'; allowed: DejaVu Sans"),
        ("defaults.miv.web.base", "Huis; }", "key defaults.miv.web.base: .* should match pattern"),
        ("logo", {"images": {}, "medium": "merk"}, "key logo.medium: found 'merk'"),
        ("logo", {"images": {"merk": {"path": "weg.svg", "alt": "Het merk"}}, "medium": "merk"}, "found 'weg.svg'"),
        ("logo", {"images": {"merk": {"path": "_brand.yml", "alt": "Het merk"}}, "medium": "merk"}, "an SVG or PNG"),
        (
            "logo",
            {"images": {"merk": {"path": "weg.svg"}}, "medium": "merk"},
            "key logo.images.merk.alt: found nothing",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_key(tmp_path, key, value, told):
    content = declared()
    put(content, key, value)
    with pytest.raises(Problems, match=told):
        brand.load(write(tmp_path, content))


def test_a_colour_that_is_lacking_and_all_faults_at_once(tmp_path):
    content = declared()
    for name in ("own", "wash-dark", "accent-dark"):
        del content["color"]["palette"][name]
    content["color"]["palette"] |= {"expected": "faint-not", "soft": "#cccccc", "grid": "faint", "faint": "grid"}
    with pytest.raises(Problems) as raised:
        brand.load(write(tmp_path, content))
    found = {problem.where for problem in raised.value.problems}
    names = ("own", "wash-dark", "accent-dark", "expected", "soft", "grid", "faint")
    assert found == {f"key color.palette.{name}" for name in names}


def test_a_logo_that_is_too_heavy(tmp_path):
    path = with_logo(tmp_path, "svg")
    (tmp_path / "merk.svg").write_text(f"{SVG}<!--{'x' * brand.LARGEST}-->", encoding="utf-8")
    with pytest.raises(Problems, match="key logo.images.merk.path: found 200 kB; allowed: 200 kB"):
        brand.load(path)


def test_keys_that_only_quarto_knows_are_left_alone(tmp_path):
    content = declared()
    content["meta"] = {"name": "Bureau"}
    content["color"] |= {"success": "safe", "link": "accent"}
    content["defaults"]["quarto"] = {"format": {"html": {"toc": True}}}
    assert brand.load(write(tmp_path, content)).colour("primary") == brand.load().colour("primary")


def test_a_colour_that_no_template_may_ask_for():
    with pytest.raises(MonitorError, match="there is no colour 'acent'"):
        brand.load().colour("acent")


def test_a_brand_that_cannot_be_used_stops_before_anything_runs(tmp_path):
    for command in ("report", "intake"):
        done = front_door(tmp_path, command, "--edition", "small", MIV_BRAND=str(changed(tmp_path, own="#f0a040")))
        assert done.returncode == 1
        assert "key color.palette.own: found #f0a040, which stands out" in done.stderr
        assert "Traceback" not in done.stderr


def test_quarto_does_not_use_it_a_second_time(plain):
    for folder in (paths.ROOT, plain / "sector-source/site", plain / "sector-source/document"):
        settings = yaml.safe_load((folder / "_quarto.yml").read_text(encoding="utf-8"))
        assert settings["brand"] is False
    assert not list(plain.rglob("_brand.y*ml"))
