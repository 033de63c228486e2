"""A library of round numbers: 2 V, so a capacitance of 1 fF takes 2 fJ a transition."""

import pytest

from lowtide.synth.energy.cells import CellEnergies
from lowtide.synth.targets.liberty import Cells

__all__ = ["energies", "library"]

LIBRARY = """
library (round) {
  delay_model : table_lookup;
  time_unit : "1ns"; voltage_unit : "1V"; capacitive_load_unit (1, pf); leakage_power_unit : "1uW"; nom_voltage : 2.0;
  operating_conditions (typical) { process : 1; temperature : 25; voltage : 2.0; }
  default_operating_conditions : typical;
  slew_lower_threshold_pct_rise : 20; slew_upper_threshold_pct_rise : 80;
  slew_lower_threshold_pct_fall : 20; slew_upper_threshold_pct_fall : 80;
  input_threshold_pct_rise : 50; input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;
  power_lut_template (by_slew) { variable_1 : input_transition_time; index_1 ("0, 0.1"); }
  power_lut_template (by_both) {
    variable_1 : input_transition_time; variable_2 : total_output_net_capacitance;
    index_1 ("0, 0.1"); index_2 ("0, 0.010");
  }
  power_lut_template (load_first) {
    variable_1 : total_output_net_capacitance; variable_2 : input_transition_time;
    index_1 ("0, 0.010"); index_2 ("0, 0.1");
  }
  cell (inv) {
    area : 1; cell_leakage_power : 0.002;
    pin (A) { direction : input; capacitance : 0.002; }
    pin (Y) {
      direction : output; function : "!A";
      internal_power () {
        related_pin : "A";
        rise_power (by_both) { values ("0.006, 0.016", "0.008, 0.018"); }
        fall_power (by_both) { values ("-0.002, -0.012", "0.000, -0.010"); }
      }
      timing () {
        related_pin : "A"; timing_sense : negative_unate;
        cell_rise (scalar) { values ("0.25"); } cell_fall (scalar) { values ("0.25"); }
        rise_transition (scalar) { values ("0.05"); } fall_transition (scalar) { values ("0.05"); }
      }
    }
  }
  cell (nand_2) {
    area : 1;
    leakage_power () { when : "A"; value : 0.001; }
    leakage_power () { when : "!A"; value : 0.005; }
    pin (A) { direction : input; capacitance : 0.003; }
    pin (B) {
      direction : input; capacitance : 0.005;
      internal_power () { power (by_slew) { values ("0.001, 0.003"); } }
    }
    pin (Y) {
      direction : output; function : "!(A&B)";
      internal_power () { related_pin : "A"; power (load_first) { values ("0.004, 0.008", "0.014, 0.018"); } }
      internal_power () { related_pin : "B"; when : "A"; power (scalar) { values ("0.010"); } }
    }
  }
  cell (dff) {
    area : 1; cell_leakage_power : 0;
    ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }
    pin (CK) {
      direction : input; clock : true; capacitance : 0.001;
      internal_power () {
        rise_power (scalar) { values ("0.015"); }
        fall_power (scalar) { values ("0.025"); }
      }
    }
    pin (D) {
      direction : input; capacitance : 0.002; internal_power () { power (scalar) { values ("0.003"); } }
      timing () {
        related_pin : "CK"; timing_type : setup_rising;
        rise_constraint (scalar) { values ("0.125"); } fall_constraint (scalar) { values ("0.125"); }
      }
    }
    pin (Q) {
      direction : output; function : "IQ";
      internal_power () { related_pin : "CK"; power (scalar) { values ("0.030"); } }
      timing () {
        related_pin : "CK"; timing_type : rising_edge;
        cell_rise (scalar) { values ("0.5"); } cell_fall (scalar) { values ("0.5"); }
        rise_transition (scalar) { values ("0.05"); } fall_transition (scalar) { values ("0.05"); }
      }
    }
  }
  cell (gate) {
    area : 1; clock_gating_integrated_cell : latch_posedge;
    pin (CK) {
      direction : input; clock : true; clock_gate_clock_pin : true; capacitance : 0.004;
      internal_power () { power (scalar) { values ("0.007"); } }
    }
    pin (EN) {
      direction : input; clock_gate_enable_pin : true; capacitance : 0.001;
      internal_power () { power (scalar) { values ("0.002"); } }
    }
    pin (GCK) {
      direction : output; clock_gate_out_pin : true;
      internal_power () { related_pin : "CK"; power (scalar) { values ("0.009"); } }
    }
  }
}
"""


@pytest.fixture
def library(tmp_path):
    """The library's text can be changed: ``library(("old", "new"), ...)`` gives the path of a file."""

    def write(*changes):
        text = LIBRARY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "round.lib"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def energies(library):
    """Energies of the library's cells, after changes of its text."""
    return lambda *changes: CellEnergies(Cells(library(*changes)))
