// The kernels in terms of `Vector` and DEMARC_TARGET. Included once for each instruction set, in a namespace of its
// own.

// classify(): a byte is an event if the table entries of its low and its high nibble share a bit. One bit a high
// nibble:
//   2x: " ' ( ) /      3x: <      6x: `      7x: { }
// A shuffle gives zero for index bytes of 0x80 and more, so bytes outside ASCII never match.
DEMARC_TARGET void classify(const unsigned char* text, size_t blocks, uint64_t* masks) {
  constexpr char k2x = 1, k3x = 2, k6x = 4, k7x = 8;
  const Vector low = Vector::table({k6x, 0, k2x, 0, 0, 0, 0, k2x, k2x, k2x, 0, k7x, k3x, k7x, 0, k2x});
  const Vector high = Vector::table({0, 0, k2x, k3x, 0, 0, k6x, k7x, 0, 0, 0, 0, 0, 0, 0, 0});
  for (size_t block = 0; block < blocks; ++block, text += 64) {
    uint64_t mask = 0;
    for (size_t i = 0; i < 64; i += Vector::kBytes) {
      Vector v = Vector::load(text + i);
      mask |= (low.look_up(v) & high.look_up(v.high_nibbles())).nonzero_mask() << i;
    }
    masks[block] = mask;
  }
}

// find_trigrams(): each trigram has a bit, and each byte value a set of trigrams that it can be the first, second or
// third byte of. A place where the three sets have a bit in common is looked at. The sets are taken from the low nibble
// alone (a shuffle does that by itself for ASCII), and of the first byte also from the high nibble, because `res` and `
// or` would else be too much like `"us` and `por`.
DEMARC_TARGET size_t find_trigrams(const unsigned char* text, size_t& from, size_t to, uint32_t* hits,
                                   size_t capacity) {
  constexpr char kPor = 1, kQui = 2, kUse = 4, kJs = 8, kClose = 16;
  const Vector first_low = Vector::table({kPor | kJs, kQui, kUse, 0, 0, 0, 0, kUse, 0, 0, 0, 0, 0, kClose, 0, 0});
  const Vector first_high = Vector::table({0, 0, kUse | kClose, 0, kJs, 0, 0, kPor | kQui, 0, 0, 0, 0, 0, 0, 0, 0});
  const Vector second_low = Vector::table({0, 0, 0, 0, 0, kQui | kUse, 0, 0, 0, 0, kJs, 0, 0, kClose, 0, kPor});
  const Vector third_low = Vector::table({0, 0, kPor, kUse | kJs, 0, 0, 0, 0, 0, kQui, 0, 0, 0, 0, kClose, 0});
  size_t count = 0;
  size_t i = from;
  for (; i < to && count + kSpareHits <= capacity; i += 2 * Vector::kBytes) {
    uint64_t mask = 0;
    for (size_t half = 0; half < 2; ++half) {
      const unsigned char* p = text + i + half * Vector::kBytes;
      Vector v = Vector::load(p);
      Vector first = first_low.look_up(v) & first_high.look_up(v.high_nibbles());
      Vector rest = second_low.look_up(Vector::load(p + 1)) & third_low.look_up(Vector::load(p + 2));
      mask |= (first & rest).nonzero_mask() << (half * Vector::kBytes);
    }
    for (; mask != 0; mask &= mask - 1) {
      size_t place = i + size_t(std::countr_zero(mask));
      if (place < to && is_trigram(text + place)) hits[count++] = uint32_t(place);
    }
  }
  from = i < to ? i : to;
  return count;
}

DEMARC_TARGET size_t find_pair(const unsigned char* text, size_t from, size_t to, unsigned char first,
                               unsigned char second) {
  for (size_t i = from; i < to; i += Vector::kBytes) {
    uint64_t mask = (Vector::load(text + i).equals(first) & Vector::load(text + i + 1).equals(second)).nonzero_mask();
    if (mask == 0) continue;
    size_t place = i + size_t(std::countr_zero(mask));
    return place < to ? place : to;
  }
  return to;
}
