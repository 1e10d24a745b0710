// SPDX-License-Identifier: Apache-2.0
#include "go_math.hpp"

#include <cmath>
#include <numbers>

namespace berth::hclfunc {

// By FreeBSD's method: with value = 2^k (1 + f) and s = f / (2 + f), log(1 + f) is 2s + s³·(…),
// where the polynomial in s² has the coefficients of the method. Go rounds in the same way.
double go_log(double value) {
    if (std::isnan(value) || std::isinf(value) || value <= 0)
        return std::log(value);
    constexpr double ln2_high = 6.93147180369123816490e-01;
    constexpr double ln2_low = 1.90821492927058770002e-10;
    constexpr double odd[] = {6.666666666666735130e-01, 2.857142874366239149e-01,
                              1.818357216161805012e-01, 1.479819860511658591e-01};
    constexpr double even[] = {3.999999999940941908e-01, 2.222219843214978396e-01,
                               1.531383769920937332e-01};
    int exponent = 0;
    auto fraction = std::frexp(value, &exponent);
    if (fraction < std::numbers::sqrt2 / 2) {
        fraction *= 2;
        --exponent;
    }
    auto f = fraction - 1;
    auto k = static_cast<double>(exponent);
    auto s = f / (2 + f);
    auto z = s * s;
    auto w = z * z;
    auto sum = z * (odd[0] + w * (odd[1] + w * (odd[2] + w * odd[3]))) +
               w * (even[0] + w * (even[1] + w * even[2]));
    auto half_square = 0.5 * f * f;
    return k * ln2_high - ((half_square - (s * (half_square + sum) + k * ln2_low)) - f);
}

namespace {

// base^power for a positive, finite base: the fraction of the power by exp and log, the integer
// part by squaring, with the exponent apart so that nothing overflows on the way.
double power_of(double base, double power) {
    double whole = 0;
    auto part = std::modf(std::abs(power), &whole);
    double mantissa = 1;
    if (part != 0) {
        if (part > 0.5) {
            part -= 1;
            whole += 1;
        }
        mantissa = std::exp(part * go_log(base));
    }
    long exponent = 0;
    int start = 0;
    auto square = std::frexp(base, &start);
    long square_exponent = start;
    for (auto bits = static_cast<long long>(whole); bits != 0; bits >>= 1) {
        if (square_exponent < -4096 || square_exponent > 4096) {
            exponent += square_exponent;
            break;
        }
        if (bits & 1) {
            mantissa *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if (square < 0.5) {
            square *= 2;
            --square_exponent;
        }
    }
    return power < 0 ? std::scalbln(1 / mantissa, -exponent) : std::scalbln(mantissa, exponent);
}

} // namespace

double go_pow(double value, double power) {
    constexpr double largest_whole = 9.2e18;
    bool special = value == 0 || value == 1 || !std::isfinite(value) || !std::isfinite(power) ||
                   std::abs(power) >= largest_whole || std::abs(power) == 0.5;
    if (special)
        return std::pow(value, power);
    if (value > 0)
        return power_of(value, power);
    if (std::trunc(power) != power)
        return std::pow(value, power); // not a number
    auto result = power_of(-value, power);
    return std::fmod(power, 2) == 0 ? result : -result;
}

} // namespace berth::hclfunc
