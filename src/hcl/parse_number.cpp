// SPDX-License-Identifier: Apache-2.0
// Text to numbers, with the same steps and roundings as Go's big.Float.
#include "limits.hpp"
#include "number_digits.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace berth::hcl {
namespace {

constexpr long largest_exponent = 100'000;

struct Written {
    bool negative = false;
    std::string digits; // without the point
    long places = 0;    // the number of digits after it
    long exponent = 0;
    bool binary = false; // the base of the exponent is 2
};

bool read_digits(std::string_view &text, Written &result) {
    bool point = false;
    while (!text.empty() && (is_digit(text.front()) || (text.front() == '.' && !point))) {
        if (text.front() == '.') {
            point = true;
        } else {
            result.digits += text.front();
            result.places += point ? 1 : 0;
        }
        text.remove_prefix(1);
    }
    return !result.digits.empty();
}

bool read_exponent(std::string_view &text, Written &result) {
    const std::size_t kind = std::string_view("eEpP").find(text.front());
    if (kind == std::string_view::npos)
        return false;
    result.binary = kind >= 2;
    text.remove_prefix(1);
    if (text.starts_with("+-"))
        return false;
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), result.exponent);
    return error == std::errc() && end == text.data() + text.size();
}

std::optional<Written> read(std::string_view text) {
    Written result;
    if (text.starts_with('+') || text.starts_with('-')) {
        result.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (!read_digits(text, result))
        return {};
    if (!text.empty() && !read_exponent(text, result))
        return {};
    return result;
}

struct Float {
    mpfr_t value;
    explicit Float(mpfr_prec_t precision) { mpfr_init2(value, precision); }
    ~Float() { mpfr_clear(value); }
    Float(const Float &) = delete;
    Float &operator=(const Float &) = delete;
};

// Go's pow5, with its intermediate roundings: 5^27 times squares of 5 that have 64 bits more.
void power_of_five(mpfr_ptr result, unsigned long power) {
    constexpr unsigned long table_end = 27;
    mpfr_ui_pow_ui(result, 5, std::min(power, table_end), nearest);
    if (power <= table_end)
        return;
    Float square(mpfr_get_prec(result) + 64);
    mpfr_set_ui(square.value, 5, nearest);
    for (unsigned long rest = power - table_end; rest > 0; rest >>= 1U) {
        if ((rest & 1U) != 0)
            mpfr_mul(result, result, square.value, nearest);
        mpfr_mul(square.value, square.value, square.value, nearest);
    }
}

// Sets the exact integer that the digits spell.
void set_integer(mpz_ptr result, const std::string &digits, int base) {
    mpz_set_str(result, digits.c_str(), base);
}

Number scaled(const Written &written) {
    mpz_t mantissa;
    mpz_init(mantissa);
    set_integer(mantissa, written.digits, 10);
    Float exact(std::max<mpfr_prec_t>(static_cast<mpfr_prec_t>(mpz_sizeinbase(mantissa, 2)),
                                      Number::text_precision));
    mpfr_set_z(exact.value, mantissa, nearest);
    mpz_clear(mantissa);
    const long five = (written.binary ? 0 : written.exponent) - written.places;
    mpfr_mul_2si(exact.value, exact.value, written.exponent - written.places, nearest);
    return Number::Digits::make(Number::text_precision, [&](mpfr_ptr result) {
        Float factor(Number::text_precision + 64);
        power_of_five(factor.value, static_cast<unsigned long>(std::labs(five)));
        if (five < 0)
            mpfr_div(result, exact.value, factor.value, nearest);
        else
            mpfr_mul(result, exact.value, factor.value, nearest);
        if (written.negative)
            mpfr_neg(result, result, nearest);
    });
}

std::optional<Number> infinity(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text != "Inf" && text != "inf")
        return {};
    return Number::Digits::make(Number::text_precision,
                                [&](mpfr_ptr result) { mpfr_set_inf(result, negative ? -1 : 1); });
}

} // namespace

std::optional<Number> Number::parse(std::string_view text) {
    if (auto infinite = infinity(text))
        return infinite;
    const std::optional<Written> written = read(text);
    if (!written || std::labs(written->exponent) > largest_exponent)
        return {};
    return scaled(*written);
}

std::optional<Number> Number::parse_integer(std::string_view text, int base) {
    std::string digits(text);
    if (digits.starts_with('+'))
        digits.erase(0, 1);
    const auto valid = [](char character) {
        return is_digit(character) || (character >= 'a' && character <= 'z') ||
               (character >= 'A' && character <= 'Z');
    };
    const std::size_t start = text.starts_with('-') ? 1 : 0; // GMP would take spaces too
    if (digits.size() == start || base < 2 || base > 62 ||
        !std::all_of(digits.begin() + static_cast<std::ptrdiff_t>(start), digits.end(), valid))
        return {};
    mpz_t integer;
    mpz_init(integer);
    std::optional<Number> result;
    // Go takes small letters for 10 and up, GMP capital ones above base 36.
    if (base > 36)
        std::transform(digits.begin(), digits.end(), digits.begin(), [](char character) {
            const bool small = character >= 'a' && character <= 'z';
            const bool capital = character >= 'A' && character <= 'Z';
            return static_cast<char>(small     ? character - 'a' + 'A'
                                     : capital ? character - 'A' + 'a'
                                               : character);
        });
    if (mpz_set_str(integer, digits.c_str(), base) == 0) {
        const auto bits = static_cast<mpfr_prec_t>(mpz_sizeinbase(integer, 2));
        result = Digits::make(std::max<mpfr_prec_t>(bits, 64),
                              [&](mpfr_ptr value) { mpfr_set_z(value, integer, nearest); });
    }
    mpz_clear(integer);
    return result;
}

} // namespace berth::hcl
