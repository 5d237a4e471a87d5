// Updates of parameters and averages of one instruction set. The including file defines EK_NAME(operation).

EK_INLINE void ek_sgd_part(vf *p, vf *v, vf gradient, const ek_sgd *rule) {
  const vf momentum = v_splat(rule->momentum);
  const vf g = v_fma(*p, v_splat(rule->decay), gradient);
  *v = v_fma(*v, momentum, g);
  *p = v_fma(rule->nesterov ? v_fma(*v, momentum, g) : *v, v_splat(-rule->rate), *p);
}

void EK_NAME(sgd)(size_t count, float *parameter, float *velocity, const float *gradient, const ek_sgd *rule) {
  const ek_sgd copy = *rule;
  size_t i = 0;
  for (; i + V_LANES <= count; i += V_LANES) {
    vf p = v_load(parameter + i), v = v_load(velocity + i);
    ek_sgd_part(&p, &v, v_load(gradient + i), &copy);
    v_store(parameter + i, p);
    v_store(velocity + i, v);
  }
  if (i < count) {
    const size_t rest = count - i;
    vf p = v_load_partial(parameter + i, rest), v = v_load_partial(velocity + i, rest);
    ek_sgd_part(&p, &v, v_load_partial(gradient + i, rest), &copy);
    v_store_partial(parameter + i, p, rest);
    v_store_partial(velocity + i, v, rest);
  }
}

EK_INLINE void ek_adamw_part(vf *p, vf *m, vf *s, vf g, const ek_adamw *rule) {
  *m = v_fma(g - *m, v_splat(rule->first_share), *m);
  *s = v_fma(g * g, v_splat(rule->second_share), *s * rule->beta2);
  const vf deviation = v_fma(__builtin_elementwise_sqrt(*s), v_splat(rule->deviation_scale), v_splat(rule->epsilon));
  *p = v_fma(*m / deviation, v_splat(-rule->rate), *p * rule->keep);
}

void EK_NAME(adamw)(size_t count, float *parameter, float *first, float *second, const float *gradient,
                    const ek_adamw *rule) {
  const ek_adamw copy = *rule;
  size_t i = 0;
  for (; i + V_LANES <= count; i += V_LANES) {
    vf p = v_load(parameter + i), m = v_load(first + i), s = v_load(second + i);
    ek_adamw_part(&p, &m, &s, v_load(gradient + i), &copy);
    v_store(parameter + i, p);
    v_store(first + i, m);
    v_store(second + i, s);
  }
  if (i < count) {
    const size_t rest = count - i;
    vf p = v_load_partial(parameter + i, rest), m = v_load_partial(first + i, rest);
    vf s = v_load_partial(second + i, rest);
    ek_adamw_part(&p, &m, &s, v_load_partial(gradient + i, rest), &copy);
    v_store_partial(parameter + i, p, rest);
    v_store_partial(first + i, m, rest);
    v_store_partial(second + i, s, rest);
  }
}

void EK_NAME(moving_average)(size_t count, float *state, const float *value, float rate) {
  const vf share = v_splat(rate);
  size_t i = 0;
  for (; i + V_LANES <= count; i += V_LANES) {
    const vf s = v_load(state + i);
    v_store(state + i, v_fma(v_load(value + i) - s, share, s));
  }
  if (i < count) {
    const size_t rest = count - i;
    const vf s = v_load_partial(state + i, rest);
    v_store_partial(state + i, v_fma(v_load_partial(value + i, rest) - s, share, s), rest);
  }
}
