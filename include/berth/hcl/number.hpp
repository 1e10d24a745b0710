// SPDX-License-Identifier: Apache-2.0
// A number of HCL: binary floating point of any precision, like go-cty (Go's big.Float). Each
// number has its own precision: 512 bits for numbers written as text, 64 for counts, 53 for
// doubles. An operation works in the larger of its operands' precisions and rounds to nearest even.
// Immutable, cheap to copy.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::hcl {

class Number {
  public:
    static constexpr int text_precision = 512;

    Number() : Number(0) {}
    // An integer of up to 63 bits and a sign: 64 bits of precision.
    template<std::integral T>
    explicit Number(T value) : Number(integer(static_cast<std::int64_t>(value))) {}
    explicit Number(double value); // 53 bits; infinities are allowed, NaN is an Error

    // A decimal number as HCL and JSON write it ("-1.5e3"; also ".5", "+1", but not "0x1f").
    // Nothing if `text` is not a number; an Error if its exponent is beyond ±100000.
    static std::optional<Number> parse(std::string_view text);
    // An integer in base 2 to 62 (digits 0-9, a-z, then A-Z for 36 and up; letters of either case
    // below that), as parseint() reads it. Precision: its length, at least 64 bits.
    static std::optional<Number> parse_integer(std::string_view text, int base);

    // The shortest decimal digits that give this number again at its precision, never with an
    // exponent: "0.1", "1000000". Go's Text('f', -1). "+Inf" and "-Inf" for infinities.
    std::string text() const;
    // Go's %.<digits>e / f / g with the exact value; `format` is 'e', 'f' or 'g'. digits < 0:
    // shortest.
    std::string text(char format, int digits) const;

    bool is_integer() const;
    bool is_infinite() const;
    int sign() const;                             // -1, 0, 1
    std::optional<std::int64_t> to_int64() const; // nothing unless it is an integer
    double to_double() const;                     // the nearest
    int precision() const;                        // in bits
    std::string
    integer_text(int base = 10) const; // the integer part (towards zero), in base 2 to 62

    Number negated() const;
    Number absolute() const;
    Number floor() const;     // towards −∞
    Number ceiling() const;   // towards +∞
    Number truncated() const; // towards 0

    // Division by zero gives an infinity, as in Go; 0/0, for example, is an Error. Callers that
    // report "Division by zero" check sign() first.
    friend Number operator+(const Number &left, const Number &right);
    friend Number operator-(const Number &left, const Number &right);
    friend Number operator*(const Number &left, const Number &right);
    friend Number operator/(const Number &left, const Number &right);
    // left - right * truncate(left / right); `left` itself when right is zero (cty's Modulo).
    friend Number modulo(const Number &left, const Number &right);

    // As go-cty: numbers with the same text are equal, so the double 0.1 equals the decimal 0.1.
    friend bool operator==(const Number &left, const Number &right);
    friend bool operator<(const Number &left, const Number &right) {
        return left.compare(right) < 0;
    }
    int compare(const Number &other) const; // by value, exactly: -1, 0, 1

    struct Digits; // MPFR's

  private:
    static Number integer(std::int64_t value);
    explicit Number(std::shared_ptr<const Digits> digits) : digits_(std::move(digits)) {}

    std::shared_ptr<const Digits> digits_;
};

} // namespace berth::hcl
