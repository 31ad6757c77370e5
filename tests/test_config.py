"""Settings: file, environment, defaults, and what is said when one of them is wrong."""

from pathlib import Path

import msgspec
import pytest
import yaml

from mediavault_tui import config
from mediavault_tui.config_sample import first_config, sample_config
from mediavault_tui.domain.settings import Scan, Settings
from mediavault_tui.errors import ConfigError

SAMPLE = Path(__file__).parent.parent / "sample_config.yaml"


def load(tmp_path: Path, text: str, **env: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return config.load(path, required=True, env=env)


def complaint(tmp_path: Path, text: str, **env: str) -> tuple[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **env)
    assert caught.value.exit_code == 2
    return caught.value.message, caught.value.remedy


# --- the sample -------------------------------------------------------------------------------------


def test_sample_file_is_what_the_settings_say() -> None:
    assert SAMPLE.read_text() == sample_config(), "run: mediavault config --sample > sample_config.yaml"


def test_sample_holds_every_default() -> None:
    assert config.load(SAMPLE, required=True, env={}) == Settings()


def test_sample_names_and_explains_every_key() -> None:
    tree = yaml.safe_load(sample_config())
    for section in msgspec.structs.fields(Settings):
        assert list(tree[section.name]) == list(section.type.__struct_fields__)
    lines = sample_config().splitlines()
    keys = [number for number, line in enumerate(lines) if line.startswith("  ") and line[2].isalpha()]
    assert all(lines[number - 1].startswith("  #") for number in keys)


def test_changed_settings_come_back_from_their_rendering(tmp_path: Path) -> None:
    changed = Settings(scan=Scan(roots=("/a b", "/ü: x", "- #"), jobs=3, disk="ssd", ignore=()))
    assert load(tmp_path, first_config(changed)) == changed


# --- the file ---------------------------------------------------------------------------------------


def test_missing_file_means_defaults_unless_it_was_named(tmp_path: Path) -> None:
    absent = tmp_path / "none.yaml"
    assert config.load(absent, required=False, env={}) == Settings()
    with pytest.raises(ConfigError, match=r"none\.yaml does not exist"):
        config.load(absent, required=True, env={})


@pytest.mark.parametrize("text", ["", "# nothing\n", "scan:\n", "scan:\n  # jobs: 3\n"])
def test_empty_and_commented_out_parts_are_defaults(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == Settings()


def test_only_what_is_named_differs(tmp_path: Path) -> None:
    settings = load(tmp_path, "scan:\n  jobs: 2\n")
    assert settings == msgspec.structs.replace(Settings(), scan=Scan(jobs=2))


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("scan:\n  jobs: 1\n  one_filesytem: 1\n", "line 3: unknown key `scan.one_filesytem`", "`scan.one_filesystem`"),
        ("scna:\n  jobs: 1\n", "line 1: unknown key `scna`", "`scan`"),
        ("scan:\n  jobs: 1\nlog:\n  jobs: 1\n", "line 4: unknown key `log.jobs`", "Did you mean `log.file`?"),
        ("# hi\nlog:\n  levle: debug\n", "line 3: unknown key `log.levle`", "`log.level`"),
        ("zzzzzz: 1\n", "line 1: unknown key `zzzzzz`", "Known: "),
        ("log:\nscan:\n  jobs: many\n", "line 3: `scan.jobs`: Expected `int`, got `str`", "sample_config.yaml"),
        ("scan:\n  jobs: -1\n", "`scan.jobs`: Expected `int` >= 0", "sample_config.yaml"),
        ("scan:\n  mediainfo_timeout_s: 0\n", "`scan.mediainfo_timeout_s`", "sample_config.yaml"),
        ("scan:\n  disk: floppy\n", "`scan.disk`: Invalid enum value 'floppy'", "sample_config.yaml"),
        ("scan:\n  roots: /videos\n", "`scan.roots`: Expected `array`, got `str`", "sample_config.yaml"),
        ("scan:\n  roots: [/a, 3]\n", "`scan.roots[1]`: Expected `str`, got `int`", "sample_config.yaml"),
        ("match:\n  confident: 101\n", "`match.confident`: Expected `float` <= 100.0", "sample_config.yaml"),
        ("scan: 3\n", "`scan`: Expected `object`, got `int`", "sample_config.yaml"),
        ("- scan\n", "expected sections such as `scan:`, found list", "sample_config.yaml"),
        ("scan: [\n", "is not valid YAML", "Fix"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_place_and_remedy(
    tmp_path: Path, text: str, message: str, remedy: str
) -> None:
    said, what_to_do = complaint(tmp_path, text)
    assert message in said
    assert "config.yaml" in said
    assert remedy in what_to_do


@pytest.mark.parametrize("key", [3, 2.5, None, True])
def test_a_key_that_is_no_text_is_refused_too(tmp_path: Path, key: object) -> None:
    said, _ = complaint(tmp_path, yaml.safe_dump({"scan": {key: 1}}))
    assert "unknown key" in said


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"scan:\n  roots: [\xff\xfe]\n")
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(path, required=True, env={})


# --- the environment --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "text", "section", "key", "value"),
    [
        ("MEDIAVAULT_SCAN_JOBS", "4", "scan", "jobs", 4),
        ("MEDIAVAULT_SCAN_FOLLOW_SYMLINKS", "true", "scan", "follow_symlinks", True),
        ("MEDIAVAULT_SCAN_DISK", "rotating", "scan", "disk", "rotating"),
        ("MEDIAVAULT_SCAN_ROOTS", "[/a, /b]", "scan", "roots", ("/a", "/b")),
        ("MEDIAVAULT_SCAN_ROOTS", "/a", "scan", "roots", ("/a",)),
        ("MEDIAVAULT_SCAN_ROOTS", "", "scan", "roots", ()),
        ("MEDIAVAULT_LOG_FILE", "/var/log/2024", "log", "file", "/var/log/2024"),
        ("MEDIAVAULT_MATCH_CONFIDENT", "90.5", "match", "confident", 90.5),
    ],
)
def test_the_environment_sets_every_kind_of_value(
    tmp_path: Path, variable: str, text: str, section: str, key: str, value: object
) -> None:
    settings = load(tmp_path, "", **{variable: text})
    assert getattr(getattr(settings, section), key) == value


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, "scan:\n  jobs: 1\n  disk: ssd\n", MEDIAVAULT_SCAN_JOBS="7")
    assert (settings.scan.jobs, settings.scan.disk) == (7, "ssd")


def test_a_misspelt_variable_is_refused_with_the_nearest(tmp_path: Path) -> None:
    said, remedy = complaint(tmp_path, "", MEDIAVAULT_SCAN_JOBB="7")
    assert "MEDIAVAULT_SCAN_JOBB" in said
    assert "MEDIAVAULT_SCAN_JOBS" in remedy


def test_a_wrong_value_names_the_variable(tmp_path: Path) -> None:
    said, _ = complaint(tmp_path, "", MEDIAVAULT_SCAN_JOBS="many")
    assert "environment variable MEDIAVAULT_SCAN_JOBS" in said


def test_other_variables_are_left_alone(tmp_path: Path) -> None:
    settings = load(tmp_path, "", MEDIAVAULT_CONFIG="x", MEDIAVAULT_DB="y", HOME="/", MEDIA="1")
    assert settings == Settings()
