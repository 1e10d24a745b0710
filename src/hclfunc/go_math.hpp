// SPDX-License-Identifier: Apache-2.0
// Logarithm and power to the last bit as Go's math package computes them, which differs from libm.
#pragma once

namespace berth::hclfunc {

double go_log(double value);
double go_pow(double value, double power);

} // namespace berth::hclfunc
