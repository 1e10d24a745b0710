// SPDX-License-Identifier: Apache-2.0
#include "decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace berth::hcl {
namespace {

struct Integer {
    mpz_t value;
    Integer() { mpz_init(value); }
    ~Integer() { mpz_clear(value); }
    Integer(const Integer &) = delete;
    Integer &operator=(const Integer &) = delete;
};

std::string digits_of(mpz_srcptr value) {
    std::string text(mpz_sizeinbase(value, 10) + 2, '\0');
    mpz_get_str(text.data(), 10, value);
    text.resize(text.find('\0'));
    return text;
}

} // namespace

Decimal Decimal::from(mpz_srcptr mantissa, long shift) {
    Decimal result;
    if (mpz_sgn(mantissa) == 0)
        return result;
    Integer scaled;
    const auto distance = static_cast<mp_bitcnt_t>(std::labs(shift));
    if (shift >= 0) {
        mpz_mul_2exp(scaled.value, mantissa, distance);
    } else { // m / 2^k = m·5^k / 10^k
        mpz_ui_pow_ui(scaled.value, 5, distance);
        mpz_mul(scaled.value, scaled.value, mantissa);
    }
    result.digits = digits_of(scaled.value);
    result.exponent = static_cast<long>(result.digits.size()) + std::min(shift, 0L);
    result.trim();
    return result;
}

void Decimal::trim() {
    while (!digits.empty() && digits.back() == '0')
        digits.pop_back();
    if (digits.empty())
        exponent = 0;
}

char Decimal::at(long index) const {
    return index >= 0 && index < static_cast<long>(digits.size())
               ? digits[static_cast<std::size_t>(index)]
               : '0';
}

void Decimal::round(long length) {
    const auto size = static_cast<long>(digits.size());
    if (length < 0 || length >= size)
        return;
    const bool halfway = at(length) == '5' && length + 1 == size;
    const bool up = halfway ? length > 0 && (at(length - 1) - '0') % 2 == 1 : at(length) >= '5';
    if (up)
        round_up(length);
    else
        round_down(length);
}

void Decimal::round_up(long length) {
    if (length < 0 || length >= static_cast<long>(digits.size()))
        return;
    while (length > 0 && at(length - 1) == '9')
        --length;
    if (length == 0) { // all nines
        digits = "1";
        ++exponent;
        return;
    }
    digits.resize(static_cast<std::size_t>(length));
    ++digits.back();
}

void Decimal::round_down(long length) {
    if (length < 0 || length >= static_cast<long>(digits.size()))
        return;
    digits.resize(static_cast<std::size_t>(length));
    trim();
}

std::string Decimal::fixed(long places) const {
    std::string text;
    if (exponent > 0) {
        text = digits.substr(0, static_cast<std::size_t>(exponent));
        text.resize(static_cast<std::size_t>(exponent), '0');
    } else {
        text = "0";
    }
    if (places <= 0)
        return text;
    text += '.';
    for (long place = 0; place < places; ++place)
        text += at(exponent + place);
    return text;
}

std::string Decimal::scientific(long places) const {
    std::string text(1, at(0));
    if (places > 0) {
        text += '.';
        for (long place = 1; place <= places; ++place)
            text += at(place);
    }
    const long power = digits.empty() ? 0 : exponent - 1;
    return text + fmt::format("e{}{:02}", power < 0 ? '-' : '+', std::labs(power));
}

// Go's roundShortest: cuts the digits as long as the result lies between the midpoints to both
// neighbours.
Decimal shortest_decimal(mpz_srcptr mantissa, long shift, long precision) {
    Decimal result = Decimal::from(mantissa, shift);
    if (result.digits.empty())
        return result;
    // The unit of `half` is half of the last bit.
    Integer half;
    const long excess = static_cast<long>(mpz_sizeinbase(mantissa, 2)) - (precision + 1);
    if (excess < 0)
        mpz_mul_2exp(half.value, mantissa, static_cast<mp_bitcnt_t>(-excess));
    else
        mpz_tdiv_q_2exp(half.value, mantissa, static_cast<mp_bitcnt_t>(excess));
    const bool inclusive = mpz_tstbit(half.value, 1) == 0; // a tie rounds to an even mantissa
    mpz_sub_ui(half.value, half.value, 1);
    const std::string lower = Decimal::from(half.value, shift + excess).digits;
    mpz_add_ui(half.value, half.value, 2);
    const std::string upper = Decimal::from(half.value, shift + excess).digits;
    for (std::size_t i = 0; i < result.digits.size(); ++i) {
        const char middle = result.digits[i];
        const char low = i < lower.size() ? lower[i] : '0';
        const char high = i < upper.size() ? upper[i] : '0';
        const bool down = low != middle || (inclusive && i + 1 == lower.size());
        const bool up = middle != high && (inclusive || middle + 1 < high || i + 1 < upper.size());
        const auto length = static_cast<long>(i + 1);
        if (down && up)
            result.round(length);
        else if (down)
            result.round_down(length);
        else if (up)
            result.round_up(length);
        if (down || up)
            break;
    }
    return result;
}

} // namespace berth::hcl
