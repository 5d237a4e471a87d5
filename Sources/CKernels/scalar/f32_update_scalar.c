#include "../kernels.h"

#include <math.h>

void ek_f32_sgd_scalar(size_t count, float *parameter, float *velocity, const float *gradient, const ek_sgd *rule) {
  for (size_t i = 0; i < count; i++) {
    const float g = gradient[i] + rule->decay * parameter[i];
    const float v = rule->momentum * velocity[i] + g;
    velocity[i] = v;
    parameter[i] -= rule->rate * (rule->nesterov ? g + rule->momentum * v : v);
  }
}

void ek_f32_adamw_scalar(size_t count, float *parameter, float *first, float *second, const float *gradient,
                         const ek_adamw *rule) {
  for (size_t i = 0; i < count; i++) {
    const float g = gradient[i];
    first[i] += rule->first_share * (g - first[i]);
    second[i] = rule->beta2 * second[i] + rule->second_share * (g * g);
    const float deviation = sqrtf(second[i]) * rule->deviation_scale + rule->epsilon;
    parameter[i] = parameter[i] * rule->keep - rule->rate * (first[i] / deviation);
  }
}

void ek_f32_moving_average_scalar(size_t count, float *state, const float *value, float rate) {
  for (size_t i = 0; i < count; i++) state[i] += rate * (value[i] - state[i]);
}
