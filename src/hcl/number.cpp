// SPDX-License-Identifier: Apache-2.0
#include "berth/hcl/number.hpp"

#include "berth/util/error.hpp"

#include "decimal.hpp"
#include "number_digits.hpp"

#include <algorithm>
#include <cmath>

namespace berth::hcl {
namespace {

// Numbers with more bits before or after the point are not written as digits.
constexpr mpfr_exp_t most_written_bits = mpfr_exp_t{1} << 22;

mpfr_prec_t larger_precision(mpfr_srcptr left, mpfr_srcptr right) {
    return std::max(mpfr_get_prec(left), mpfr_get_prec(right));
}

void require_writable(mpfr_srcptr value) {
    if (mpfr_regular_p(value) != 0 && std::abs(mpfr_get_exp(value)) > most_written_bits)
        throw Error("a number is too large or too small to be written out");
}

template<class Operation>
Number combine(const Number &left, const Number &right, const char *sign, Operation &&operation) {
    mpfr_srcptr a = Number::Digits::of(left);
    mpfr_srcptr b = Number::Digits::of(right);
    Number result = Number::Digits::make(larger_precision(a, b),
                                         [&](mpfr_ptr value) { operation(value, a, b, nearest); });
    if (mpfr_nan_p(Number::Digits::of(result)) != 0)
        throw Error("the result of " + left.text() + " " + sign + " " + right.text() +
                    " is not defined");
    return result;
}

template<class Operation>
Number same_precision(const Number &number, Operation &&operation) {
    mpfr_srcptr value = Number::Digits::of(number);
    return Number::Digits::make(mpfr_get_prec(value),
                                [&](mpfr_ptr result) { operation(result, value); });
}

struct Mantissa { // |value| = mantissa × 2^shift
    mpz_t integer;
    long shift = 0;
    explicit Mantissa(mpfr_srcptr value) {
        mpz_init(integer);
        if (mpfr_regular_p(value) == 0)
            return;
        shift = static_cast<long>(mpfr_get_z_2exp(integer, value));
        mpz_abs(integer, integer);
        const mp_bitcnt_t zeros = mpz_scan1(integer, 0);
        mpz_tdiv_q_2exp(integer, integer, zeros);
        shift += static_cast<long>(zeros);
    }
    ~Mantissa() { mpz_clear(integer); }
    Mantissa(const Mantissa &) = delete;
    Mantissa &operator=(const Mantissa &) = delete;
};

// Go's %g: like %e for exponents below -4, or of `digits` and above.
std::string general(const Decimal &decimal, long digits, bool shortest) {
    const auto length = static_cast<long>(decimal.digits.size());
    long limit = digits;
    if (limit > length && length >= decimal.exponent)
        limit = length;
    if (shortest)
        limit = 6;
    const long power = decimal.exponent - 1;
    if (power < -4 || power >= limit)
        return decimal.scientific(std::min(digits, length) - 1);
    if (digits > decimal.exponent)
        digits = length;
    return decimal.fixed(std::max(digits - decimal.exponent, 0L));
}

} // namespace

Number Number::integer(std::int64_t value) {
    return Digits::make(64, [&](mpfr_ptr result) { mpfr_set_si(result, value, nearest); });
}

Number::Number(double value)
    : Number(Digits::make(53, [&](mpfr_ptr result) { mpfr_set_d(result, value, nearest); })) {
    if (std::isnan(value))
        throw Error("the result is not a number");
}

std::string Number::text() const {
    return text('f', -1);
}

std::string Number::text(char format, int digits) const {
    mpfr_srcptr value = Digits::of(*this);
    const std::string sign = mpfr_signbit(value) != 0 ? "-" : "";
    if (is_infinite())
        return sign.empty() ? "+Inf" : "-Inf";
    require_writable(value);
    const Mantissa mantissa(value);
    const bool shortest = digits < 0;
    Decimal decimal = shortest ? shortest_decimal(mantissa.integer, mantissa.shift, precision())
                               : Decimal::from(mantissa.integer, mantissa.shift);
    const auto length = static_cast<long>(decimal.digits.size());
    if (format == 'e') {
        decimal.round(shortest ? length : 1L + digits);
        return sign + decimal.scientific(shortest ? length - 1 : digits);
    }
    if (format == 'g') {
        const long wanted = shortest ? length : std::max(digits, 1);
        decimal.round(wanted);
        return sign + general(decimal, wanted, shortest);
    }
    const long places = shortest ? std::max(length - decimal.exponent, 0L) : digits;
    if (!shortest && decimal.exponent + places < 0)
        decimal = {};
    decimal.round(decimal.exponent + places);
    return sign + decimal.fixed(places);
}

bool Number::is_integer() const {
    return mpfr_integer_p(Digits::of(*this)) != 0;
}
bool Number::is_infinite() const {
    return mpfr_inf_p(Digits::of(*this)) != 0;
}
int Number::sign() const {
    return mpfr_sgn(Digits::of(*this));
}
int Number::precision() const {
    return static_cast<int>(mpfr_get_prec(Digits::of(*this)));
}

std::optional<std::int64_t> Number::to_int64() const {
    mpfr_srcptr value = Digits::of(*this);
    if (!is_integer() || mpfr_fits_slong_p(value, MPFR_RNDZ) == 0)
        return {};
    return mpfr_get_si(value, MPFR_RNDZ);
}

double Number::to_double() const {
    return mpfr_get_d(Digits::of(*this), nearest);
}

std::string Number::integer_text(int base) const {
    mpfr_srcptr value = Digits::of(*this);
    if (is_infinite())
        throw Error("infinity has no digits");
    require_writable(value);
    mpz_t integer;
    mpz_init(integer);
    mpfr_get_z(integer, value, MPFR_RNDZ);
    std::string text(mpz_sizeinbase(integer, base) + 2, '\0');
    mpz_get_str(text.data(), base, integer);
    mpz_clear(integer);
    text.resize(text.find('\0'));
    return text;
}

Number Number::negated() const {
    return same_precision(
        *this, [](mpfr_ptr result, mpfr_srcptr value) { mpfr_neg(result, value, nearest); });
}

Number Number::absolute() const {
    return same_precision(
        *this, [](mpfr_ptr result, mpfr_srcptr value) { mpfr_abs(result, value, nearest); });
}

Number Number::floor() const {
    return same_precision(*this,
                          [](mpfr_ptr result, mpfr_srcptr value) { mpfr_floor(result, value); });
}

Number Number::ceiling() const {
    return same_precision(*this,
                          [](mpfr_ptr result, mpfr_srcptr value) { mpfr_ceil(result, value); });
}

Number Number::truncated() const {
    return same_precision(*this,
                          [](mpfr_ptr result, mpfr_srcptr value) { mpfr_trunc(result, value); });
}

Number operator+(const Number &left, const Number &right) {
    return combine(left, right, "+", mpfr_add);
}

Number operator-(const Number &left, const Number &right) {
    return combine(left, right, "-", mpfr_sub);
}

Number operator*(const Number &left, const Number &right) {
    return combine(left, right, "*", mpfr_mul);
}

Number operator/(const Number &left, const Number &right) {
    return combine(left, right, "/", mpfr_div);
}

Number modulo(const Number &left, const Number &right) {
    if (right.sign() == 0)
        return left;
    if (left.is_infinite() || right.is_infinite())
        return left * right;
    const Number times = (left / right).truncated();
    mpfr_srcptr value = Number::Digits::of(left);
    // Each step rounds to the precision of `left`, not to the larger one.
    return Number::Digits::make(mpfr_get_prec(value), [&](mpfr_ptr result) {
        mpfr_set(result, Number::Digits::of(times), nearest);
        mpfr_mul(result, Number::Digits::of(right), result, nearest);
        mpfr_sub(result, value, result, nearest);
    });
}

bool operator==(const Number &left, const Number &right) {
    constexpr double exact = 9007199254740992; // integers up to 2^53 have a unique text
    const double approximate = std::abs(left.to_double());
    if (left.precision() == right.precision() ||
        (approximate <= exact && left.is_integer() && right.is_integer()))
        return left.compare(right) == 0;
    return left.sign() == right.sign() && left.text() == right.text();
}

int Number::compare(const Number &other) const {
    const int order = mpfr_cmp(Digits::of(*this), Digits::of(other));
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

} // namespace berth::hcl
