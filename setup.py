"""What pyproject.toml cannot say: `themes/` is installed as `mediavault_tui/themes`."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["mediavault_tui*"]), "mediavault_tui.themes"],
    package_dir={"mediavault_tui.themes": "themes"},
)
