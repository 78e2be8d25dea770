/**
 * Multiplication in a field of 2ⁿ elements. `polynomial`, irreducible and of
 * degree n, has bit i set for xⁱ. Slow: for making tables.
 */
export function binaryField(polynomial: number): (a: number, b: number) => number {
  const size = 1 << (31 - Math.clz32(polynomial));
  return (a, b) => {
    let product = 0;
    for (let left = a, right = b; right > 0; right >>>= 1) {
      if ((right & 1) === 1) product ^= left;
      left <<= 1;
      if (left >= size) left ^= polynomial;
    }
    return product;
  };
}
